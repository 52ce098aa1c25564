import Archive
import Catalog
import Records
import StorageTime
import Vault

extension TaskSession {
    /// A window that is to be published at its own address.
    private struct ReadyWindow {
        let taken: TakenWindow
        let previous: Manifest?
        let snapshot: PendingSnapshot
    }

    /// Publishes closed windows, oldest first in all that is told of them, and accounts for each.
    ///
    /// They go onto the device together; but one that is part of a compacted day makes a new revision of the day, and
    /// goes alone. A window that cannot be written is recorded as failed and stays as it was before.
    ///
    /// - Throws: the error that makes going on pointless; windows published beside it are accounted for.
    mutating func publish(_ all: [TakenWindow]) async throws {
        let batch = all.filter { taken in
            guard isUnreached(taken), !known.contains(taken.window) else { return true }
            summary.open += 1
            context.report(.unreached(task: task.text, window: taken.window, zone: context.clock.zoneName ?? ""))
            return false
        }
        // Where this fails, so does making the manifest.
        _ = await DeviceWaits.map(batch) { taken in Result { try taken.draft?.finish() } }
        var rest = batch[...]
        defer { for taken in rest { discard(taken) } }
        try locked.vault.catalog.forgetCounts(
            of: task.text, source: .storageTime, host: context.host,
            over: batch.filter { known.contains($0.window) }.map { ($0.window, $0.capturedAt) })
        var ready: [ReadyWindow] = []
        var stop: (any Error)?
        while stop == nil, let taken = rest.first {
            do {
                let home = try home(of: taken.window)
                if home == locked.address(of: taken.window) {
                    ready.append(try await prepare(taken, at: home))
                } else {
                    stop = await publish(together: &ready)
                    if stop != nil { break }
                    try await publish(taken, partOf: home)
                }
                rest.removeFirst()
            } catch {
                rest.removeFirst()
                stop = failure(of: taken, error)
            }
        }
        stop = await publish(together: &ready) ?? stop
        if let stop { throw stop }
    }

    private mutating func prepare(_ taken: TakenWindow, at address: SnapshotAddress) async throws -> ReadyWindow {
        let previous = known.contains(taken.window) ? try locked.manifest(of: taken.window, in: address) : nil
        let manifest = try await manifest(of: taken, over: previous)
        learn(from: taken)
        return ReadyWindow(
            taken: taken, previous: previous, snapshot: PendingSnapshot(manifest, draft: taken.draft, at: address))
    }

    /// - Returns: the error that makes going on pointless.
    private mutating func publish(together ready: inout [ReadyWindow]) async -> (any Error)? {
        var stop: (any Error)?
        for (window, outcome) in zip(ready, await locked.publish(ready.map(\.snapshot))) {
            do {
                _ = try outcome.get()
                report(window.taken, window.snapshot.manifest, over: window.previous)
            } catch {
                stop = failure(of: window.taken, error) ?? stop
            }
        }
        ready = []
        return stop
    }

    private mutating func publish(_ taken: TakenWindow, partOf home: SnapshotAddress) async throws {
        if let damaged = damage(of: home) { throw damaged }
        let previous = known.contains(taken.window) ? try locked.manifest(of: taken.window, in: home) : nil
        let manifest = try await manifest(of: taken, over: previous)
        do {
            try locked.publish(manifest, draft: taken.draft, in: home)
        } catch {
            if let damaged = damage(of: home) { throw damaged }
            throw error
        }
        learn(from: taken)
        report(taken, manifest, over: previous)
    }

    /// Gives up a window that cannot be written; the error, where it makes going on pointless.
    private mutating func failure(of taken: TakenWindow, _ error: any Error) -> (any Error)? {
        discard(taken)
        do {
            try fail(taken.window, error)
            return nil
        } catch {
            return error
        }
    }

    /// Accounts for a published window, and reports it.
    private mutating func report(_ taken: TakenWindow, _ manifest: Manifest, over previous: Manifest?) {
        memory.lastClosed = ClosedWindow(taken)
        publishedWindows += 1
        let pageSize = max(1, context.configuration.pageSize)
        summary.least += max(1, taken.rows / pageSize + (taken.rows % pageSize > 0 ? 1 : 0))
        guard !manifest.isEdgeOnly else {
            summary.edgeWindows += 1
            return context.report(.edgeTaken(task: task.text, window: taken.window))
        }
        account(for: taken, manifest, isAgain: previous != nil)
        if case .archive(_, _, isRewritten: true) = taken.result {
            summary.rewritten.append(taken.window)
            context.report(.rewritten(task: task.text, window: taken.window))
        }
        let bytes = taken.draft == nil ? 0 : manifest.archive?.bytes ?? 0
        context.report(
            .published(
                task: task.text, window: taken.window,
                rows: max(0, manifest.rows - (previous?.rows ?? 0)),
                bytes: bytes, state: manifest.state.rawValue))
    }

    /// Notes what a window tells about those after it.
    private mutating func learn(from taken: TakenWindow) {
        if taken.rows > 0 { memory.emptyProof.sawRows() }
        memory.sawEdgeRows = memory.sawEdgeRows || taken.sawEdgeRows
    }

    private mutating func account(for taken: TakenWindow, _ manifest: Manifest, isAgain: Bool) {
        if isAgain { summary.retaken += 1 }
        summary.repaired += taken.repaired
        switch manifest.state {
        case .sealed, .pruned: summary.sealed += 1
        case .empty: summary.empty += 1
        case .unproven: summary.unproven += 1
        }
        summary.rows += manifest.rows
        summary.kept += manifest.kept
        if case .archive = taken.result { summary.bytes += manifest.archive?.bytes ?? 0 }
    }
}
