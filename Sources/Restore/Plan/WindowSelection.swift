import Archive
import Records
import StorageTime

/// The windows of a task's snapshots that a range takes.
struct WindowSelection {
    private struct Entry {
        var snapshot: StoredSnapshot
        var window: Window
    }

    /// The range, widened where that was asked.
    private(set) var range: Window
    /// The windows of the range, in order, and which snapshot holds each.
    private(set) var chosen: [(part: StoredSnapshot.Part, snapshot: Int)] = []
    private(set) var gaps: [Window] = []
    private let snapshots: [StoredSnapshot]

    init(_ request: RestoreRequest, _ all: some Sequence<StoredSnapshot>) throws(RestoreError) {
        let snapshots = all.filter { $0.window != nil && request.takes($0) }
        self.snapshots = snapshots
        var windows = snapshots.enumerated().flatMap { index, snapshot in
            snapshot.windows.map { (part: $0, snapshot: index) }
        }
        windows.sort { $0.part.window < $1.part.window }
        guard let first = windows.first, let last = windows.last else { throw RestorePlan.nothingArchived(request) }
        try Self.checkOverlap(windows.map(\.part.window), request)
        range = try Self.range(request, first.part.window.from, last.part.window.to)
        for entry in windows {
            guard entry.part.window.overlaps(range) else { continue }
            if entry.part.rows > 0, entry.part.state != .pruned, !range.contains(entry.part.window), !request.widen {
                throw Self.cut(entry.part.window, by: range, request)
            }
            chosen.append(entry)
        }
        if request.widen { widen() }
        try checkEarlier(request)
        gaps = WindowSet(chosen.map(\.part.window)).gaps(in: range)
    }

    /// Rows of which only the compacted day is known can be restored with all of the day alone.
    private func checkEarlier(_ request: RestoreRequest) throws(RestoreError) {
        for (number, snapshot) in snapshots.enumerated() where snapshot.earlier.contains(where: { $0.window == nil }) {
            let parts = chosen.count { $0.snapshot == number }
            if parts > 0, parts < snapshot.parts.count, let window = snapshot.window {
                throw RestoreError(
                    .windowCut,
                    "the range \(range) cuts \(window) of task \(request.task), of which some rows are known to be in it "
                        + "and not in which of its windows",
                    hint: "the nearest edges are \(window.from) and \(window.to)", windows: [window])
            }
        }
    }

    private static func range(
        _ request: RestoreRequest, _ first: StorageInstant, _ last: StorageInstant
    ) throws(RestoreError) -> Window {
        let from = request.from ?? min(first, request.to?.advanced(by: -1) ?? first)
        let to = request.to ?? max(last, from.advanced(by: 1))
        do throws(StorageTimeError) {
            return try Window(from: from, to: to)
        } catch {
            throw RestoreError(.badOption, error.message, hint: error.hint, cause: error)
        }
    }

    private static func checkOverlap(_ windows: [Window], _ request: RestoreRequest) throws(RestoreError) {
        for (left, right) in zip(windows, windows.dropFirst()) where left.overlaps(right) {
            throw RestoreError(
                .overlap, "two snapshots of task \(request.task) cover the same time: \(left), and \(right)",
                hint: "verify names the manifests concerned", windows: [left, right])
        }
    }

    private static func cut(_ window: Window, by range: Window, _ request: RestoreRequest) -> RestoreError {
        let (option, cut) = window.from < range.from ? ("--from", range.from) : ("--to", range.to)
        return RestoreError(
            .windowCut,
            "\(option) \(cut) cuts the window \(window) of task \(request.task), and rows carry no storage time",
            hint: "the nearest edges are \(window.from) and \(window.to); --widen takes the whole window",
            windows: [window])
    }

    /// Makes the range hold the whole of the windows that it cuts.
    private mutating func widen() {
        guard let first = chosen.first, let last = chosen.last else { return }
        let from = min(range.from, first.part.window.from)
        let to = max(range.to, last.part.window.to)
        range = (try? Window(from: from, to: to)) ?? range
    }

    func windows(where isWanted: (SnapshotState) -> Bool) -> [Window] {
        chosen.filter { isWanted($0.part.state) }.map(\.part.window)
    }

    /// What to read, and what of it goes to which output. A compacted snapshot of which every part was chosen, for one
    /// output, is one piece.
    func pieces(split: RestoreRequest.Split?) -> (pieces: [RestorePlan.Piece], shares: [RestorePlan.Share]) {
        var pieces: [RestorePlan.Piece] = []
        var shares: [RestorePlan.Share] = []
        let names = chosen.map { entry in split?.name(entry.part.window.from) }
        var index = 0
        while index < chosen.count {
            let first = pieces.count
            let parts = wholeParts(at: index, names)
            if let piece = piece(at: index, isWhole: parts != nil) { pieces.append(piece) }
            pieces += earlier(at: index, isWhole: parts != nil)
            if pieces.count > first || chosen[index].part.state != .pruned {
                let start = shares.last.flatMap { $0.name == names[index] ? $0.pieces.lowerBound : nil }
                if start != nil { shares.removeLast() }
                shares.append(RestorePlan.Share(name: names[index], pieces: (start ?? first)..<pieces.count))
            }
            index += parts ?? 1
        }
        return (pieces, split == nil ? [RestorePlan.Share(name: nil, pieces: pieces.indices)] : shares)
    }

    /// How many parts the snapshot of an entry has, where the entry is the first of them and all were chosen for one
    /// output.
    private func wholeParts(at index: Int, _ names: [String?]) -> Int? {
        let number = chosen[index].snapshot
        let end = index + max(1, snapshots[number].parts.count)
        guard end <= chosen.count,
            (index..<end).allSatisfy({ chosen[$0].snapshot == number && names[$0] == names[index] })
        else { return nil }
        return end - index
    }

    private func piece(at index: Int, isWhole: Bool) -> RestorePlan.Piece? {
        let (part, number) = chosen[index]
        let snapshot = snapshots[number]
        if isWhole {
            return snapshot.rows > 0 && snapshot.state != .pruned ? RestorePlan.Piece(snapshot) : nil
        }
        return part.rows > 0 && part.state != .pruned ? RestorePlan.Piece(snapshot, part: part) : nil
    }

    private func earlier(at index: Int, isWhole: Bool) -> [RestorePlan.Piece] {
        let (part, number) = chosen[index]
        let snapshot = snapshots[number]
        return snapshot.earlier.filter { isWhole || $0.window == part.window }.map {
            RestorePlan.Piece(snapshot, earlier: $0)
        }
    }

    /// The union of the columns of the snapshots to be read.
    var columns: [String] {
        var union = ColumnUnion()
        var last: Int?
        for entry in chosen where entry.part.rows > 0 && entry.part.state != .pruned && entry.snapshot != last {
            union.add(snapshots[entry.snapshot].columns)
            for earlier in snapshots[entry.snapshot].earlier { union.add(earlier.columns) }
            last = entry.snapshot
        }
        return union.names
    }
}

extension RestoreRequest {
    /// Whether a snapshot's window was asked for: one that was taken for the rows at its end alone is where the range
    /// says from when on, or where all windows are wanted.
    fileprivate func takes(_ snapshot: StoredSnapshot) -> Bool {
        !snapshot.isEdgeOnly || allWindows || from != nil
    }
}
