import OctoparseAPI
import Records
import RowJSON
import StorageTime

extension WindowReader {
    /// How often a cut is looked for: each one that misses halves the time in which it lies.
    private static let mostCuts = 20

    /// The most rows, in answers of one page, that a window may hold to be completed: the cut may then miss the middle
    /// by a good part of an answer.
    private static let completable = 1.9

    /// Completes an answer that holds too many rows for one page by one about the later part of the window.
    ///
    /// Of `total` rows counted in the window, the page has as many as come in one answer, in whatever order. The later
    /// part is asked for from a cut up to the window's end, and its answer is whole. The page's rows that are not in
    /// it, by bytes, are none but rows before the cut. So if these and the whole answer together are `total` rows, they
    /// are all rows of the window: a row that is missing, moved or answered twice in one of the two makes the sum
    /// another. The rows at the cut are in the second answer, or in the first alone where the server leaves an
    /// interval's start out; no edge is asked for. What moves after the page was answered, the closing count tells, as
    /// of any answer.
    ///
    /// - Parameter page: the window's first page, full, with a total above it.
    /// - Returns: nil where the window is to be cut instead: it holds too many rows, no cut at its middle was found,
    ///   or the two answers do not agree.
    func completed(_ page: Page, of window: Window) async throws -> WholeAnswer? {
        guard configuration.proof == .oneAnswer, !serverTrust.hasSeenContradiction, page.repaired == 0,
            Double(page.total) <= Double(configuration.pageSize) * Self.completable
        else { return nil }
        try await checkEnd()
        // The cut is looked for in here, where `inside` rows lie; as many as `behind` lie after it.
        var range = window
        var (inside, behind) = (page.total, 0)
        for _ in 0..<Self.mostCuts {
            let share = 1 - Double(page.total / 2 - behind) / Double(max(1, inside))
            guard let cut = WindowPartition.cut(of: range, share: share, total: inside, density: density),
                let (first, rest) = window.split(at: cut), let (before, after) = range.split(at: cut)
            else { return nil }
            let later = try await ask(from: rest.from, to: rest.to, index: 1, size: configuration.pageSize)
            if later.rows.count == later.total, later.repaired == 0 {
                var known = RowByteMultiset(later.rows)
                let earlier = page.rows.removing(rowsAt: known.take(from: page.rows))
                if earlier.count + later.rows.count == page.total {
                    density.note(rows: earlier.count, of: first)
                    density.note(rows: later.rows.count, of: rest)
                    var rows = earlier
                    rows.append(contentsOf: later.rows)
                    return WholeAnswer(rows: rows, repaired: 0)
                }
                wasted.add()
                guard later.rows.count < page.total - page.rows.count else { return nil }
                (range, inside, behind) = (before, page.total - later.rows.count, later.rows.count)
            } else {
                wasted.add()
                guard later.rows.count == configuration.pageSize, later.total > behind else { return nil }
                (range, inside) = (after, later.total.subtracting(held: behind))
            }
        }
        return nil
    }
}
