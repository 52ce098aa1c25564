import Archive
package import Foundation
import Records
package import RowJSON
import Spelling
package import StorageTime

/// What to read for a request, in the order of the output. A value made without reading a file.
package struct RestorePlan: Sendable, Hashable {
    /// Rows that lie together in one archive.
    package struct Piece: Sendable, Hashable {
        package let manifestPath: String
        /// The window whose rows they are: the snapshot's, or one part of a compacted snapshot's; nil for a capture.
        package let window: Window?
        package let rows: Int
        /// The size of the rows and their newlines; estimated for a part.
        package let uncompressedBytes: Int
        /// Where they lie in a superseded archive; nil for the newest.
        package let earlier: StoredSnapshot.Earlier?
    }

    /// The pieces whose rows go to one output.
    package struct Share: Sendable, Hashable {
        /// The day or month that its windows begin in; nil where rows are not split.
        package let name: String?
        /// By their numbers in ``RestorePlan/pieces``; empty where the windows hold no rows.
        package let pieces: Range<Int>
    }

    package let request: RestoreRequest
    /// The range restored, after widening; nil for a capture.
    package let range: Window?
    /// When the capture, or the last of several, was taken; nil for a range.
    package let capturedAt: Date?
    /// Windows in the range, those without rows included; the number of captures for a source without windows.
    package let windows: Int
    /// In the order of their windows; only those with rows.
    package let pieces: [Piece]
    /// What goes to which output, in order. Where rows are split, every day or month that a window begins in has one,
    /// but those whose rows were pruned.
    package let shares: [Share]
    /// Every key of the pieces' rows, in first-seen order.
    package internal(set) var keys: [ColumnKey]
    /// Whether keys that are no text are told apart in ``keys``, for which rows were read where any may have such keys.
    package internal(set) var areKeysTold = false
    /// What of the range no snapshot covers; not empty only where gaps are allowed.
    package let gaps: [Window]
    /// Windows in the range whose rows were pruned; not empty only where gaps are allowed.
    package let pruned: [Window]
    /// Windows in the range that held no rows when they were taken, perhaps no more.
    package let unproven: [Window]

    /// What the keys are called.
    package var columns: [String] { keys.map(\.name) }

    /// The rows that the pieces hold, as far as is known before they are read.
    package var rows: Int { pieces.heldSum(\.rows) }

    /// Plans a restore.
    ///
    /// Rows carry no storage time, so windows are restored whole or not at all. A window without rows may be cut.
    ///
    /// - Parameter snapshots: the committed snapshots of the task and source, in any order.
    /// - Throws: ``RestoreError/Code/nothingArchived``; ``RestoreError/Code/windowCut``, which names the nearest edges,
    ///   unless widening; ``RestoreError/Code/gaps``, which names them, unless they are allowed;
    ///   ``RestoreError/Code/overlap``; ``RestoreError/Code/noSuchCapture``.
    /// - Complexity: O(*n* log *n*) in the number of snapshots and parts.
    package init(_ request: RestoreRequest, snapshots: some Sequence<StoredSnapshot>) throws(RestoreError) {
        if request.source == .storageTime {
            try self.init(request, windows: WindowSelection(request, snapshots))
        } else {
            try self.init(request, captures: Array(snapshots))
        }
    }

    private init(_ request: RestoreRequest, windows selection: WindowSelection) throws(RestoreError) {
        self.request = request
        range = selection.range
        capturedAt = nil
        windows = selection.chosen.count
        gaps = selection.gaps
        pruned = selection.windows { $0 == .pruned }
        unproven = selection.windows { $0 == .unproven }
        (pieces, shares) = selection.pieces(split: request.split)
        keys = selection.columns.map { ColumnKey($0) }
        let missing = WindowSet(gaps + pruned.compactMap { $0.intersection(selection.range) }).windows
        guard missing.isEmpty || request.allowGaps else {
            throw Self.gapsError(request, selection.range, missing, areAllPruned: gaps.isEmpty)
        }
    }

    private init(_ request: RestoreRequest, captures: [StoredSnapshot]) throws(RestoreError) {
        guard !captures.isEmpty else { throw Self.nothingArchived(request) }
        guard request.from == nil, request.to == nil else {
            throw RestoreError(
                .badOption,
                "--from and --to are for storage time, and captures of \(request.source.rawValue) have none",
                hint: "--captured-at names a capture")
        }
        guard request.split == nil else {
            throw RestoreError(
                .badOption, "--split is for storage time, and captures of \(request.source.rawValue) have none")
        }
        let chosen = request.capture.choose(from: captures, of: request.source)
        guard let newest = chosen.last else {
            throw RestoreError(
                .noSuchCapture, "task \(request.task) has no capture of \(request.source.rawValue) taken then",
                hint: "list shows the captures there are")
        }
        self.request = request
        range = nil
        capturedAt = newest.capturedAt
        windows = chosen.count
        gaps = []
        pruned = []
        unproven = []
        var union = ColumnUnion()
        for capture in chosen { union.add(capture.columns) }
        keys = union.names.map { ColumnKey($0) }
        pieces = chosen.filter { $0.rows > 0 && $0.state != .pruned }.map { Piece($0) }
        shares = [Share(name: nil, pieces: pieces.indices)]
        guard request.allowGaps || !chosen.contains(where: { $0.state == .pruned }) else {
            throw RestoreError(.gaps, "rows of that capture of task \(request.task) were pruned")
        }
    }

    static func nothingArchived(_ request: RestoreRequest) -> RestoreError {
        RestoreError(
            .nothingArchived, "nothing of task \(request.task) from \(request.source.rawValue) is archived",
            hint: "`octovault list \(request.task.shellWord)` shows what is")
    }

    /// The command that takes all of the gaps.
    private static func backfill(_ request: RestoreRequest, _ missing: [Window]) -> String {
        guard let first = missing.first, let last = missing.last else { return "`octovault backfill`" }
        return "`octovault backfill \(request.task.shellWord) --from \(word(first.from)) --to \(word(last.to))`"
    }

    /// A time as one word of a command line, the day alone where it begins there.
    private static func word(_ instant: StorageInstant) -> String {
        let text = instant.description
        return text.hasSuffix(" 00:00:00") ? String(text.dropLast(9)) : text.replacing(" ", with: "T")
    }

    private static func gapsError(
        _ request: RestoreRequest, _ range: Window, _ missing: [Window], areAllPruned: Bool
    ) -> RestoreError {
        let named = missing.prefix(3).map(\.description).joined(separator: "; ")
        let more = missing.count > 3 ? "; and \(missing.count - 3) more" : ""
        let count = missing.count == 1 ? "a gap" : "\(missing.count) gaps"
        return RestoreError(
            .gaps, "task \(request.task) has \(count) in the range \(range): \(named)\(more)",
            hint: areAllPruned
                ? "the rows were pruned; --allow-gaps restores the rest"
                : "\(backfill(request, missing)) takes what the cloud still holds; --allow-gaps restores what is there",
            windows: missing)
    }
}

extension RestorePlan.Piece {
    /// All rows of a snapshot.
    init(_ snapshot: StoredSnapshot) {
        self.init(
            manifestPath: snapshot.manifestPath, window: snapshot.window, rows: snapshot.rows,
            uncompressedBytes: snapshot.uncompressedBytes, earlier: nil)
    }

    /// The rows of one part.
    init(_ snapshot: StoredSnapshot, part: StoredSnapshot.Part) {
        let share = snapshot.rows > 0 ? min(Double(part.rows) / Double(snapshot.rows), 1) : 0
        self.init(
            manifestPath: snapshot.manifestPath, window: part.window, rows: part.rows,
            uncompressedBytes: Int(held: Double(snapshot.uncompressedBytes) * share), earlier: nil)
    }

    /// The rows that a superseded archive holds and no later one does.
    init(_ snapshot: StoredSnapshot, earlier: StoredSnapshot.Earlier) {
        self.init(
            manifestPath: snapshot.manifestPath, window: earlier.window ?? snapshot.window, rows: earlier.rows,
            uncompressedBytes: earlier.archive.uncompressedBytes, earlier: earlier)
    }
}
