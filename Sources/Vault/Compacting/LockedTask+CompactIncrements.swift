import Archive
import Catalog
import Foundation
import Records

extension LockedTask {
    /// Merges the increments of each past UTC day into one, whose manifest has each one's facts among its
    /// ``Archive/Manifest/increments``.
    ///
    /// As with windows, gzip members are copied as they are, each proven as it is read; the new manifest is durable
    /// before what it replaces goes, and again is a no-op. Damaged, unproven and pruned increments stay as they are.
    func compactIncrements(
        tool: String, isDryRun: Bool, _ report: inout CompactionReport, _ progress: (CompactionReport) -> Void
    ) throws {
        let today = UTCTime.dateText(vault.now)
        var runs: [[SnapshotAddress]] = [[]]
        var captures: [(address: SnapshotAddress, isWhole: Bool)] = []
        try vault.catalog.forEachSnapshot(tasks: [task.text], source: .increments) { record in
            guard let address = record.address else { return }
            let isWhole = [.sealed, .empty].contains(record.state) && !isDamaged(address)
            captures.append((address, isWhole && address.name.date < today))
        }
        for (address, isWhole) in captures.sorted(by: { $0.address.name < $1.address.name }) {
            if let last = runs[runs.count - 1].last, last.folder != address.folder || !isWhole { runs.append([]) }
            if isWhole { runs[runs.count - 1].append(address) }
        }
        for run in runs where run.count > 1 {
            try Task.checkCancellation()
            let manifests = try run.compactMap { try manifest(at: $0) }
            guard manifests.count == run.count, let last = manifests.last else { continue }
            do {
                report.add(increments: manifests, mergedInto: try merge(manifests, run, last, tool, isDryRun))
                progress(report)
            } catch let damaged as DayMerge.DamagedSource {
                if let place = manifests.firstIndex(of: damaged.manifest) {
                    _ = try noteDamage(damaged.error, at: run[place])
                }
            }
        }
    }

    private func merge(
        _ manifests: [Manifest], _ addresses: [SnapshotAddress], _ last: Manifest, _ tool: String, _ isDryRun: Bool
    ) throws -> Manifest {
        var merged = last
        merged.tool = tool
        merged.revision = 1
        merged.range?.after = manifests.first?.range?.after ?? CursorRange.start
        merged.rows = Manifest.sum(manifests.map(\.rows))
        merged.requests = Manifest.sum(manifests.map(\.requests))
        merged.attempts = manifests.reduce(1) { max($0, $1.attempts) }
        merged.proof = manifests.contains { $0.proof == .totals } ? .totals : last.proof
        merged.state = merged.rows == 0 ? .empty : .sealed
        merged.replaces = addresses.map(\.name.manifestName)
        merged.increments = []
        merged.rowsDigest = RowsDigest()
        var member = 0
        for manifest in manifests {
            merged.increments += manifest.increments(firstMember: member)
            member += manifest.archive?.members.count ?? 0
            merged.rowsDigest.add(manifest.rowsDigest)
        }
        if isDryRun { return merged }
        let address = try captureAddress(source: .increments, at: last.capturedAt)
        let draft = try beginDraft(at: address)
        do {
            try DayMerge.copy(manifests, to: draft, folder: vault.layout.path(address.folder), files: vault.files)
            merged.archive = try draft.finish()
            merged.columns = draft.columns
            merged.revision = draft.revision
            try publish(merged, draft: merged.archive == nil ? nil : draft, at: address)
            return merged
        } catch {
            discard(draft)
            throw error
        }
    }
}

extension CompactionReport {
    fileprivate mutating func add(increments manifests: [Manifest], mergedInto day: Manifest) {
        add(merged: manifests, into: day)
        days += 1
    }
}
