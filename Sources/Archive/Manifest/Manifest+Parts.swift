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
            self.capturedAt = capturedAt.wholeSecond
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
    package struct Part: Sendable, Hashable, HasSnapshotFacts, HasEvidence {
        package var window: Window
        package var evidence: Evidence
        package var facts: SnapshotFacts
        package var rowsDigest: RowsDigest
        /// The part's members among those of the archive, in order; empty where it has no rows.
        package var members: Range<Int>
        /// As ``Manifest/absent``, places counted from the part's first row.
        package var absent: [Range<Int>]?

        /// A window's manifest as part of a compacted one; nil for a capture.
        ///
        /// - Parameter firstMember: where the window's members begin in the new archive.
        package init?(_ manifest: Manifest, firstMember: Int) {
            guard let window = manifest.window else { return nil }
            self.init(
                window: window, evidence: manifest.evidence, facts: manifest.facts, rowsDigest: manifest.rowsDigest,
                members: firstMember..<(firstMember + (manifest.archive?.members.count ?? 0)), absent: manifest.absent)
        }

        package init(
            window: Window, evidence: Evidence, facts: SnapshotFacts, rowsDigest: RowsDigest, members: Range<Int>,
            absent: [Range<Int>]? = nil
        ) {
            self.window = window
            self.evidence = evidence
            self.facts = facts
            self.rowsDigest = rowsDigest
            self.members = members
            self.absent = absent
        }
    }
}
