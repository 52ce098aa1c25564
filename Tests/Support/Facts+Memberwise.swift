package import Archive
package import Catalog
package import Foundation
package import Records
package import StorageTime

extension WindowFacts {
    /// With every fact as a parameter, as tests like to write it.
    package init(
        window: Window, state: SnapshotState, capturedAt: Date, recheckedAt: Date? = nil, revision: Int = 1,
        total: Int = 0, edgeRows: Int = 0, kept: Int = 0, rows: Int = 0, bytes: Int = 0, rowsDigest: String = ""
    ) {
        self.init(
            window: window,
            facts: SnapshotFacts(
                state: state, revision: revision, capturedAt: capturedAt, recheckedAt: recheckedAt, total: total,
                edgeRows: edgeRows, kept: kept, rows: rows),
            bytes: bytes, rowsDigest: rowsDigest)
    }
}

extension SnapshotRecord {
    /// With every fact as a parameter.
    package init(
        path: String, task: String, taskName: String = "", source: RowSource, window: Window?, state: SnapshotState,
        revision: Int = 1, host: String, timeZone: String? = nil, convention: IntervalConvention, proof: Proof,
        capturedAt: Date, recheckedAt: Date? = nil, total: Int, edgeRows: Int = 0, kept: Int = 0, rows: Int,
        bytes: Int, uncompressedBytes: Int, rowsDigest: String, columns: [String] = [], archive: String? = nil,
        archiveSHA256: String? = nil, manifestSHA256: String, parts: [WindowFacts] = []
    ) {
        self.init(
            path: path, task: task, taskName: taskName, source: source, window: window,
            facts: SnapshotFacts(
                state: state, revision: revision, capturedAt: capturedAt, recheckedAt: recheckedAt, total: total,
                edgeRows: edgeRows, kept: kept, rows: rows),
            host: host, timeZone: timeZone, convention: convention, proof: proof, bytes: bytes,
            uncompressedBytes: uncompressedBytes, rowsDigest: rowsDigest, columns: columns, archive: archive,
            archiveSHA256: archiveSHA256, manifestSHA256: manifestSHA256, parts: parts)
    }
}

extension Manifest.Part {
    /// With every fact as a parameter.
    package init(
        state: SnapshotState, window: Window, timeZone: String?, convention: IntervalConvention,
        isConventionAssumed: Bool, proof: Proof, revision: Int, capturedAt: Date, recheckedAt: Date?, total: Int,
        edgeRows: Int, kept: Int, rows: Int, rowsDigest: RowsDigest, members: Range<Int>, absent: [Range<Int>]? = nil
    ) {
        self.init(
            window: window,
            evidence: Evidence(
                proof: proof, convention: convention, isConventionAssumed: isConventionAssumed, timeZone: timeZone),
            facts: SnapshotFacts(
                state: state, revision: revision, capturedAt: capturedAt, recheckedAt: recheckedAt, total: total,
                edgeRows: edgeRows, kept: kept, rows: rows),
            rowsDigest: rowsDigest, members: members, absent: absent)
    }
}
