package import Foundation
package import Records
package import StorageTime

extension Manifest {
    /// An earlier revision's archive that stays beside the newest, whose rows the newest does not hold.
    ///
    ///     {"revision":1,"captured_at":"2026-11-23T10:15:00Z","rows":842,"rows_digest":"…","archive":{…}}
    package struct Superseded: Sendable, Hashable {
        package var revision: Int
        /// Whole seconds.
        package var capturedAt: Date
        package var rows: Int
        package var rowsDigest: RowsDigest
        package var archive: ArchiveFacts

        package init(revision: Int, capturedAt: Date, rows: Int, rowsDigest: RowsDigest, archive: ArchiveFacts) {
            self.revision = revision
            self.capturedAt = UTCTime.wholeSecond(capturedAt)
            self.rows = rows
            self.rowsDigest = rowsDigest
            self.archive = archive
        }

        /// A manifest's archive as one that stays beside a newer one; nil without an archive.
        package init?(_ manifest: Manifest) {
            guard let archive = manifest.archive else { return nil }
            self.init(
                revision: manifest.revision, capturedAt: manifest.capturedAt, rows: manifest.rows,
                rowsDigest: manifest.rowsDigest, archive: archive)
        }
    }

    /// One window of a compacted snapshot: the facts of the manifest that it had, and which members are its rows.
    ///
    ///     {"state":"sealed","window":{"from":"…","to":"…","time_zone":"UTC"},
    ///      "interval":{"convention":"closed","assumed":false},"proof":"one-answer","revision":1,
    ///      "captured_at":"…","rechecked_at":null,"total":845,"edge_rows":3,"kept":0,"rows":842,
    ///      "rows_digest":"…","members":{"first":0,"count":1}}
    package struct Part: Sendable, Hashable {
        package var state: SnapshotState
        package var window: Window
        package var timeZone: String?
        package var convention: IntervalConvention
        package var isConventionAssumed: Bool
        package var proof: Proof
        package var revision: Int
        /// Whole seconds.
        package var capturedAt: Date
        /// Whole seconds.
        package var recheckedAt: Date?
        package var total: Int
        package var edgeRows: Int
        package var kept: Int
        package var rows: Int
        package var rowsDigest: RowsDigest
        /// The part's members among those of the archive, in order; empty where it has no rows.
        package var members: Range<Int>
        /// As ``Manifest/absent``, places counted from the part's first row.
        package var absent: [Range<Int>]?

        package init(
            state: SnapshotState, window: Window, timeZone: String?, convention: IntervalConvention,
            isConventionAssumed: Bool,
            proof: Proof, revision: Int, capturedAt: Date, recheckedAt: Date?, total: Int, edgeRows: Int, kept: Int,
            rows: Int, rowsDigest: RowsDigest, members: Range<Int>, absent: [Range<Int>]? = nil
        ) {
            self.state = state
            self.window = window
            self.timeZone = timeZone
            self.convention = convention
            self.isConventionAssumed = isConventionAssumed
            self.proof = proof
            self.revision = revision
            self.capturedAt = UTCTime.wholeSecond(capturedAt)
            self.recheckedAt = recheckedAt.map(UTCTime.wholeSecond)
            self.total = total
            self.edgeRows = edgeRows
            self.kept = kept
            self.rows = rows
            self.rowsDigest = rowsDigest
            self.members = members
            self.absent = absent
        }

        /// A window's manifest as part of a compacted one; nil for a capture.
        ///
        /// - Parameter firstMember: where the window's members begin in the new archive.
        package init?(_ manifest: Manifest, firstMember: Int) {
            guard let window = manifest.window else { return nil }
            self.init(
                state: manifest.state, window: window, timeZone: manifest.timeZone, convention: manifest.convention,
                isConventionAssumed: manifest.isConventionAssumed, proof: manifest.proof, revision: manifest.revision,
                capturedAt: manifest.capturedAt, recheckedAt: manifest.recheckedAt, total: manifest.total,
                edgeRows: manifest.edgeRows, kept: manifest.kept, rows: manifest.rows,
                rowsDigest: manifest.rowsDigest,
                members: firstMember..<(firstMember + (manifest.archive?.members.count ?? 0)), absent: manifest.absent)
        }
    }
}
