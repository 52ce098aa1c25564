internal import Archive
internal import Foundation
internal import OctoparseAPI
internal import StorageTime
internal import Vault

extension TaskSession {
    /// A window that is to be published at its own address.
    private struct ReadyWindow {
        let taken: TakenWindow
        let previous: Manifest?
        let snapshot: PendingSnapshot
    }

    /// Publishes closed windows, oldest first in all that is told of them, and accounts for each.
    ///
    /// They go onto the device together; but one that is part of a compacted day makes a new revision of the day, and goes
    /// alone. A window that cannot be written is recorded as failed and stays as it was before.
    ///
    /// - Throws: the error that makes going on pointless; windows published beside it are accounted for.
    mutating func publish(_ batch: [TakenWindow]) async throws {
        // Where this fails, so does making the manifest.
        _ = await DeviceWaits.map(batch) { taken in Result { try taken.draft?.finish() } }
        var rest = batch[...]
        defer { for taken in rest { discard(taken) } }
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
        account(for: taken, manifest, isAgain: previous != nil)
        if case .archive(_, _, superseded: true) = taken.result {
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
        if taken.rows > 0 { memory.emptiness.sawRows() }
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
        memory.lastClosed = ClosedWindow(taken)
        summary.rows += manifest.rows
        summary.kept += manifest.kept
        if case .archive = taken.result { summary.bytes += manifest.archive?.bytes ?? 0 }
    }

    /// The commit record of a window as it was taken, over what its present snapshot says.
    private mutating func manifest(of taken: TakenWindow, over previous: Manifest?) async throws -> Manifest {
        var manifest = Manifest(
            tool: SnapshotTool.name, state: .sealed, source: .storageTime, host: context.host, task: task,
            taskName: taskName.isEmpty ? previous?.taskName ?? "" : taskName, window: taken.window,
            timeZone: context.clock.zoneName,
            convention: convention(of: taken), isConventionAssumed: taken.isAssumed, proof: proof(of: taken),
            revision: (previous?.revision ?? 0) + 1, capturedAt: taken.capturedAt, total: taken.expectedTotal,
            edgeRows: taken.edgeRows, rows: taken.rows, requests: taken.requests + 1, attempts: taken.attempts)
        switch taken.result {
        case .archive(let draft, let kept, let isSuperseding):
            manifest.kept = kept
            manifest.rows = draft.rows
            manifest.columns = draft.columns
            manifest.rowsDigest = draft.digest
            manifest.archive = try draft.finish()
            manifest.revision = draft.revision
            manifest.superseded = previous?.superseded ?? []
            if isSuperseding, let previous, let old = Manifest.Superseded(previous) { manifest.superseded.append(old) }
        case .unchanged(let kept):
            manifest.kept = kept
            guard let previous else { break }
            if previous.state == .pruned { return unchanged(previous, taken) }
            manifest.revision = previous.revision
            manifest.rows = previous.rows
            manifest.columns = previous.columns
            manifest.rowsDigest = previous.rowsDigest
            manifest.archive = previous.archive
            manifest.superseded = previous.superseded
        case .empty:
            break
        }
        guard manifest.rows == manifest.total - manifest.edgeRows + manifest.kept else {
            throw SnapshotError(
                .rowCountMismatch,
                "task \(task), window \(taken.window): \(manifest.rows) rows were written, but total \(manifest.total) "
                    + "- edge rows \(manifest.edgeRows) + kept \(manifest.kept) says otherwise",
                hint: "nothing was published; this is a defect of octovault, please report it")
        }
        if taken.isDoubtful || previous.map({ $0.state == .unproven && $0.rows > 0 }) ?? false {
            // What damage took, no later answer proves to be back.
            manifest.state = .unproven
        } else if manifest.rows == 0 {
            manifest.state = try await isProvenEmpty(taken.window) ? .empty : .unproven
        }
        return manifest
    }

    /// Of a window whose rows were pruned, and the cloud has none either.
    private func unchanged(_ pruned: Manifest, _ taken: TakenWindow) -> Manifest {
        var manifest = pruned
        manifest.recheckedAt = taken.capturedAt
        return manifest
    }

    private mutating func isProvenEmpty(_ window: Window) async throws -> Bool {
        let reader = context.reader(task: task)
        return try await memory.emptiness.isProven {
            guard Emptiness.beginning < window.from else { return 0 }
            return try await reader.count(from: Emptiness.beginning, to: window.from).total
        }
    }

    private func convention(of taken: TakenWindow) -> IntervalConvention {
        if taken.sawEdgeRows { return .closed }
        if context.configuration.interval != .unknown { return context.configuration.interval }
        return memory.sawEdgeRows ? .closed : .unknown
    }

    private func proof(of taken: TakenWindow) -> Manifest.Proof {
        guard taken.isPaged else { return .oneAnswer }
        return context.configuration.proof == .totals ? .totals : .twoPasses
    }
}

/// What manifests say wrote them.
public enum SnapshotTool {
    public static let version = "0.1.0"
    static let name = "octovault \(version)"
}
