import Records
import Sandbox
import StorageTime
import TestSupport

/// A task that is hard to back up in windows of ten minutes and pages of seven rows.
enum HardRows {
    static let task = "hard"
    static let step = 600
    static let pageSize = 7
    /// Seven windows; the last holds nothing, and the one before only what stands at its edges.
    static let range = window(0, 7)

    static func window(_ first: Int, _ last: Int) -> Window {
        let start = StorageInstant(year: 2013, month: 1, day: 1) ?? .earliest
        guard
            let window = try? Window(from: start.advanced(by: first * step), to: start.advanced(by: last * step))
        else { fatalError("no window from \(first) to \(last)") }
        return window
    }

    /// - Parameter isWhole: whether every hostile cell is among the rows, or a choice of short ones.
    static func make(seed: UInt64, isWhole: Bool) -> [StoredRow] {
        var maker = RowMaker(seed: seed)
        // More than a page on both sides of the range, so that an interval that is not heeded shows.
        maker.spread(9, from: time(-590), to: time(-1))
        maker.spread(9, from: time(7 * step + 300), to: time(8 * step))
        maker.onEdges(every: step, from: time(0), to: time(5 * step), rows: 2)
        // More than a page in the very same second: in a window's middle, and just before an edge.
        maker.burst(16, at: time(754))
        maker.burst(9, at: time(3 * step - 1))
        maker.identical(8, from: time(step), to: time(2 * step), instants: 2)
        for _ in 0..<2 {
            // Alike on both sides of an edge, and on it.
            for second in [-1, 0, 1] { maker.add(#"{"n":"","same":"row"}"#, at: time(2 * step + second)) }
        }
        maker.spread(6, from: time(0), to: time(5 * step))
        var generator = SeededGenerator(seed: seed)
        let cells =
            isWhole
            ? HostileRows.exact
            : Array(HostileRows.exact.filter { $0.utf8.count < 5000 }.shuffled(using: &generator).prefix(9))
        for cell in cells { maker.add(cell, at: maker.time(from: time(0), to: time(5 * step))) }
        return maker.rows
    }

    private static func time(_ second: Int) -> StoredTime { StoredTime(range.from.advanced(by: second)) }

    /// The rows that belong to a window, by how the server counts its edges.
    static func expected(_ rows: [StoredRow], in window: Window, _ convention: IntervalConvention) -> [[UInt8]: Int] {
        let from = StoredTime(window.from)
        let to = StoredTime(window.to)
        return rows.reduce(into: [:]) { counts, row in
            let isInside =
                convention == .leftOpen ? from < row.time && row.time <= to : from <= row.time && row.time < to
            if isInside { counts[row.bytes, default: 0] += 1 }
        }
    }
}
