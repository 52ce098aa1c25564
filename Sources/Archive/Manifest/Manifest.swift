package import Foundation
package import Records
package import StorageTime

/// The commit record of a snapshot: what was taken, how it was proven, and which archive holds it.
///
/// As a file it is one line of JSON, its keys in this order, times as text, sizes in bytes:
///
///     {"format":1,"tool":"octovault 0.1.0","state":"sealed","source":"storage-time",
///      "host":"dataapi.octoparse.com","task":{"id":"…","name":"…"},
///      "window":{"from":"2013-01-01 00:00:00","to":"2013-01-02 00:00:00","time_zone":"UTC"},
///      "interval":{"convention":"closed","assumed":false},"proof":"one-answer",
///      "revision":1,"captured_at":"2026-11-23T10:15:00Z","rechecked_at":null,
///      "total":845,"edge_rows":3,"kept":0,"rows":842,"requests":4,"attempts":1,
///      "columns":["year","month"],"rows_digest":"…64 hex…",
///      "archive":{"file":"20130101T000000_20130102T000000.r1.ndjson.gz","bytes":33120,"sha256":"…",
///        "uncompressed_bytes":276812,"members":[{"offset":0,"bytes":33120,"uncompressed_bytes":276812,"rows":842}]},
///      "superseded":[],"replaces":[],"parts":[],"manifest_sha256":"…"}
///
/// `manifest_sha256` is the SHA-256, in hex, of the file's bytes before the quote that opens this key. It is the last
/// key of every format; a newline ends the file. A reader takes keys in any order and skips those that it does not
/// know, but refuses a `format` greater than its own.
package struct Manifest: Sendable, Hashable, HasSnapshotFacts, HasEvidence {
    /// The format written and read here.
    package static let format = 1

    /// The program that wrote it, with its version.
    package var tool: String
    package var source: RowSource
    /// The API's host name.
    package var host: String
    package var task: TaskID
    /// The task's name at the API; empty where it was not known.
    package var taskName: String
    /// The storage time covered; nil for a capture, and only there.
    package var window: Window?
    package var evidence: Evidence
    package var facts: SnapshotFacts
    package var requests: Int
    package var attempts: Int
    /// Every key of the rows, in first-seen order.
    package var columns: [String]
    package var rowsDigest: RowsDigest
    /// nil where there are no rows, and where they were pruned.
    package var archive: ArchiveFacts?
    /// The places of the archive's rows that the API no longer had when the window was last taken, ascending runs of as
    /// many as ``kept``; nil where there are none, where nobody noted them, and for a compacted snapshot, whose parts
    /// tell. As JSON: `"absent":[[840,2]]`, each run its first place and its length; the key is left out for nil.
    package var absent: [Range<Int>]?
    /// Whether the window was taken for the rows at its end alone, and nobody asked for it: it counts as covered, and
    /// for nothing else. As JSON: `"edge_only":true`; the key is left out otherwise.
    package var isEdgeOnly = false
    /// Archives of earlier revisions that stay beside the newest. No version of the format's present rules writes one:
    /// they come from a time when an answer that shared no row took the place of the rows before. Their rows are the
    /// snapshot's as much as the newest's are; its next revision takes them over.
    package var superseded: [Superseded]
    /// The file names, in the same folder, of the manifests that this one stands for.
    package var replaces: [String]
    /// The windows that a compacted snapshot is made of; empty for every other.
    package var parts: [Part]
    /// What an increment is of; nil for every other source, and only there. Of increments, ``total``, ``kept`` and
    /// ``CursorRange/restTotal`` are the task's as the increment ended: the rows of all increments up to it are
    /// `total - rest_total + kept`, where it is sealed.
    package var range: CursorRange?
    /// The increments that a compacted one is made of; empty for every other.
    package var increments: [Increment] = []
    /// The number of the run that a capture of a lot is of; nil for every other source, and only there.
    package var lot: String?
    /// Of a batch of unexported rows that were fetched first and are marked afterwards; nil for all others.
    package var mark: ExportMark?

    package init(
        tool: String, state: SnapshotState, source: RowSource, host: String, task: TaskID, taskName: String = "",
        window: Window?, timeZone: String? = nil, convention: IntervalConvention = .unknown,
        isConventionAssumed: Bool = false, proof: Proof, revision: Int = 1, capturedAt: Date,
        recheckedAt: Date? = nil, total: Int, edgeRows: Int = 0, kept: Int = 0, rows: Int, requests: Int = 0,
        attempts: Int = 1, columns: [String] = [], rowsDigest: RowsDigest = RowsDigest(), archive: ArchiveFacts? = nil,
        absent: [Range<Int>]? = nil, superseded: [Superseded] = [], replaces: [String] = [], parts: [Part] = [],
        range: CursorRange? = nil, lot: String? = nil,
        mark: ExportMark? = nil
    ) {
        self.tool = tool
        self.source = source
        self.host = host
        self.task = task
        self.taskName = taskName
        self.window = window
        evidence = Evidence(
            proof: proof, convention: convention, isConventionAssumed: isConventionAssumed,
            timeZone: window == nil ? nil : timeZone)
        facts = SnapshotFacts(
            state: state, revision: revision, capturedAt: capturedAt, recheckedAt: recheckedAt, total: total,
            edgeRows: edgeRows, kept: kept, rows: rows)
        self.requests = requests
        self.attempts = attempts
        self.columns = columns
        self.rowsDigest = rowsDigest
        self.archive = archive
        self.absent = absent
        self.superseded = superseded
        self.replaces = replaces
        self.parts = parts
        self.range = range
        self.lot = lot
        self.mark = mark
    }
}
