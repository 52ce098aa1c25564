import Archive
import Catalog
import Foundation
import Records
import StorageTime

/// Says which snapshots hold what the cloud may not have any more.
struct PruneJudge {
    private let locked: LockedTask
    private let choice: PruneChoice
    /// The newest capture's rows, read when they are first asked for.
    private var newest: Result<CaptureContents, ArchiveError>?

    init(locked: LockedTask, _ choice: PruneChoice) {
        self.locked = locked
        self.choice = choice
    }

    /// Why the snapshot is irreplaceable; nil where the cloud had all of its rows when it was last asked.
    mutating func refusal(of record: SnapshotRecord) throws -> PruneReport.Refusal? {
        guard let address = record.address, !locked.isDamaged(address) else { return .damaged }
        if let refusal = refusal(byFacts: record) { return refusal }
        // The manifest has the last word on what the index says, and on what it does not tell.
        guard let manifest = try locked.manifest(at: address) else { return .damaged }
        let facts = SnapshotRecord(manifest, path: address.manifestPath, sha256: record.manifestSHA256)
        if let refusal = refusal(byFacts: facts) { return refusal }
        if !manifest.superseded.isEmpty { return .superseded }
        guard record.window == nil, record.source != .increments, record.rows > 0 else { return nil }
        return try isInNewest(record, manifest, address) ? nil : .notInNewest
    }

    private func refusal(byFacts record: SnapshotRecord) -> PruneReport.Refusal? {
        if record.source == .unexported, record.rows > 0 { return .unexported }
        if record.source == .increments, record.rows > 0 { return refusal(ofIncrement: record) }
        return record.windows.compactMap(refusal).first
    }

    /// Which rows of its increments the cloud lost is not known, and what it has of them the newest one's facts say.
    private func refusal(ofIncrement record: SnapshotRecord) -> PruneReport.Refusal? {
        if record.state == .unproven { return .unproven }
        guard let newest = choice.newest else { return .notCountedAgain }
        if newest.kept > 0 { return .kept }
        return max(newest.recheckedAt ?? newest.capturedAt, newest.capturedAt) > record.capturedAt
            ? nil : .notCountedAgain
    }

    private func refusal(of facts: WindowFacts) -> PruneReport.Refusal? {
        if facts.rows == 0 || facts.state == .pruned { return nil }
        if facts.kept > 0 { return .kept }
        if facts.state == .unproven { return .unproven }
        let counts = [facts.recheckedAt, choice.counted[facts.window]].compactMap { $0 }
        return counts.contains { $0 > facts.capturedAt } ? nil : .notCountedAgain
    }

    /// Whether the newest capture holds every row of the one given.
    private mutating func isInNewest(
        _ record: SnapshotRecord, _ manifest: Manifest, _ address: SnapshotAddress
    ) throws -> Bool {
        guard let newestRecord = choice.newest else { return false }
        if newestRecord.rowsDigest == record.rowsDigest, newestRecord.rows == record.rows { return true }
        if newestRecord.rows < record.rows { return false }
        do {
            let newest = try contents(of: newestRecord)
            return try newest.holds(open(manifest, address))
        } catch let error as ArchiveError where error.isDamage {
            return false
        }
    }

    private mutating func contents(of record: SnapshotRecord) throws -> CaptureContents {
        if let newest { return try newest.get() }
        guard let address = record.address, let manifest = try locked.manifest(at: address) else {
            throw ArchiveError(.archiveMissing, "the newest capture, \(record.path), is damaged")
        }
        do {
            let contents = try CaptureContents(open(manifest, address))
            newest = .success(contents)
            return contents
        } catch let error as ArchiveError {
            newest = .failure(error)
            throw error
        }
    }

    private func open(_ manifest: Manifest, _ address: SnapshotAddress) throws -> ArchiveReader? {
        try ArchiveReader.open(
            manifest, folder: locked.vault.layout.path(address.folder), files: locked.vault.files)
    }
}
