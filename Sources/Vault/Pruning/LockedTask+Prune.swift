import Archive
package import Catalog
import Foundation
import Records
import StorageTime

extension LockedTask {
    /// Removes the rows that a policy does not keep.
    ///
    /// Windows, batches of unexported rows, and increments keep their manifests with all their facts, in the state
    /// `pruned`: their time stays covered, and nothing takes them again by itself. Captures of the other sources, which
    /// repeat each other, go whole. The manifest is durable before its archive goes; cut short at any point, what is
    /// left is swept when the task is next taken. A compacted day goes whole, once all of it is past the rules.
    ///
    /// - Parameters:
    ///   - series: of this task.
    ///   - includingIrreplaceable: removes also what the cloud may not have any more.
    ///   - isDryRun: says what would be done, and changes nothing.
    /// - Throws: ``VaultError``; `CancellationError`, between two snapshots.
    package func prune(
        _ series: Series, _ policy: KeepPolicy, includingIrreplaceable: Bool = false, isDryRun: Bool = false
    ) throws -> PruneReport {
        var report = PruneReport(series: series)
        guard series.source == .storageTime else {
            let choice = try chooseCaptures(series, policy)
            report.kept = choice.kept
            try prune(choice, includingIrreplaceable, isDryRun, &report)
            if !isDryRun { for address in choice.finished { try forgetPruned(address) } }
            return report
        }
        let (cutoff, archives) = try survey(series, policy)
        if let cutoff {
            for month in try months(of: series.source, until: cutoff) {
                let choice = try chooseWindows(series, in: month, until: cutoff)
                try prune(choice, includingIrreplaceable, isDryRun, &report)
            }
        }
        report.kept = archives - report.removedSnapshots - report.refusedSnapshots
        return report
    }

    private func prune(
        _ choice: PruneChoice, _ includingIrreplaceable: Bool, _ isDryRun: Bool, _ report: inout PruneReport
    ) throws {
        var judge = PruneJudge(locked: self, choice)
        for record in choice.candidates {
            try Task.checkCancellation()
            if let refusal = try judge.refusal(of: record), refusal == .damaged || !includingIrreplaceable {
                report.refuse(record, refusal)
                continue
            }
            if !isDryRun { try remove(record, &report) }
            report.remove(record)
        }
    }

    /// The end of what the rules would have gone, nil where they keep all; and how many snapshots have an archive.
    private func survey(_ series: Series, _ policy: KeepPolicy) throws -> (cutoff: StorageInstant?, archives: Int) {
        var newest = StorageInstant.earliest
        var archives = 0
        try forEach(series) { record in
            newest = max(newest, record.window?.to ?? .earliest)
            if record.archive != nil { archives += 1 }
        }
        return (policy.within.map { newest.advanced(by: -$0.count) }, archives)
    }

    /// The windows that begin in a month and end before the cutoff.
    private func chooseWindows(_ series: Series, in month: Window, until cutoff: StorageInstant) throws -> PruneChoice {
        var choice = PruneChoice()
        try forEach(series, in: month) { record in
            guard record.archive != nil, let window = record.window, month.contains(window.from), window.to <= cutoff
            else { return }
            choice.candidates.append(record)
        }
        let windows = choice.candidates.compactMap(\.window)
        guard let from = windows.map(\.from).min(), let to = windows.map(\.to).max() else { return choice }
        choice.counted = try countTimes(host: series.host, in: Window(from: from, to: to))
        return choice
    }

    private func chooseCaptures(_ series: Series, _ policy: KeepPolicy) throws -> PruneChoice {
        var choice = PruneChoice()
        var captures: [SnapshotRecord] = []
        try forEach(series) { record in
            if record.state != .pruned {
                captures.append(record)
            } else if !series.source.isInParts, let address = record.address {
                choice.finished.append(address)
            }
        }
        var policy = policy
        if series.source.isInParts {
            policy.sets = [KeepRules(within: policy.within)]
        }
        for (record, isKept) in zip(captures, policy.keeps(captures.map(\.capturedAt))) {
            if isKept { choice.kept += 1 } else { choice.candidates.append(record) }
        }
        choice.newest = captures.last
        return choice
    }

    private func forEach(
        _ series: Series, in range: Window? = nil, _ visit: (SnapshotRecord) throws -> Void
    ) throws {
        try vault.catalog.forEachSnapshot(tasks: [task.text], source: series.source, in: range) { record in
            guard record.address != nil else { throw VaultError.misplaced(record, vault.root) }
            if record.host == series.host { try visit(record) }
        }
    }

    private func remove(_ record: SnapshotRecord, _ report: inout PruneReport) throws {
        guard let address = record.address, var manifest = try manifest(at: address)
        else { return }
        if manifest.archive != nil || !manifest.superseded.isEmpty {
            manifest.prune()
            let publication = try publishPruned(manifest, at: address)
            if let leftover = publication.leftover {
                report.leftovers.append(leftover.message)
                return
            }
        }
        if address.name.window == nil, !address.source.isInParts { try removeManifest(at: address) }
    }

    /// Removes the manifest of a capture that was pruned before, as the manifest itself says.
    private func forgetPruned(_ address: SnapshotAddress) throws {
        guard try manifest(at: address)?.state == .pruned else { return }
        try removeManifest(at: address)
    }

    /// Removes the manifest of a capture that has no archive any more.
    private func removeManifest(at address: SnapshotAddress) throws {
        // Its pruning was indexed with the folder's time, which a coarse clock leaves as it is when the manifest goes.
        try indexing(address.folder) { try announce([address.folder]) }
        try vault.files.remove(vault.layout.path(address.manifestPath))
        try vault.files.synchronize(folder: vault.layout.path(address.folder))
        var change = IndexChange()
        change.removedPaths = [address.manifestPath]
        change.folders = [(address.folder, nil)]
        try indexing(address.folder) { try vault.catalog.apply(change) }
    }

    /// Publishes the manifest of a snapshot whose rows are given up. A full disk holds up neither it nor, for long, the
    /// index.
    private func publishPruned(
        _ manifest: Manifest, at address: SnapshotAddress
    ) throws(VaultError) -> Publisher.Publication {
        let snapshot = PendingSnapshot(manifest, draft: nil, at: address)
        return try vaultErrors {
            try admit(snapshot)
            try indexing(address.folder) { try announce([address.folder]) }
            do {
                let publication = try vault.publisher.publishPruned(manifest, at: address)
                try indexing(address.folder) { try index([(snapshot, publication)]) }
                return publication
            } catch {
                withState { _ = $0.unsure.insert(address.folder) }
                throw error
            }
        }
    }

    /// Writes to the index, unless it cannot be written: its word of the folder is then older than the folder, and
    /// whoever reads or takes the task next sees that.
    private func indexing(_ folder: String, _ body: () throws -> Void) throws {
        do {
            try body()
        } catch let error as CatalogError where error.code == .cannotWrite {
            withState { _ = $0.unsure.insert(folder) }
        }
    }
}

/// What the rules say of a task's snapshots.
struct PruneChoice {
    /// Those that the rules would have gone, in order.
    var candidates: [SnapshotRecord] = []
    /// How many with rows stay.
    var kept = 0
    /// Captures pruned before whose manifests are still there, as the index says.
    var finished: [SnapshotAddress] = []
    var counted = CountTimes()
    /// The newest capture.
    var newest: SnapshotRecord?
}

extension Manifest {
    /// Gives the rows up and keeps all that is known of them.
    fileprivate mutating func prune() {
        state = .pruned
        archive = nil
        absent = nil
        superseded = []
        for index in parts.indices {
            if parts[index].rows > 0 { parts[index].state = .pruned }
            parts[index].members = 0..<0
            parts[index].absent = nil
        }
    }
}
