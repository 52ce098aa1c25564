import Records
import StorageTime

extension RowTable {
    /// The places of the rows stored `from … to`, under a convention for the edges.
    ///
    /// - Complexity: O(log *n*).
    func rows(from: StoredTime, to: StoredTime, bounds: IntervalConvention) -> Range<Int> {
        let start = firstIndex { bounds == .leftOpen ? $0.time > from : $0.time >= from }
        let end = firstIndex { bounds == .halfOpen ? $0.time >= to : $0.time > to }
        return start..<max(start, end)
    }

    /// The places of the rows that the newest run stored: a run lasts a calendar day of storage time.
    var rowsOfLastRun: Range<Int> {
        guard let newest = entries.last?.time.startOfDay else { return 0..<0 }
        return firstIndex { $0.time >= newest }..<count
    }

    /// The part of `rows` that is page `index` (1 is the first) of `size` rows; empty past the end.
    static func page(_ index: Int, of size: Int, in rows: Range<Int>) -> Range<Int> {
        let (skipped, overflow) = (index - 1).multipliedReportingOverflow(by: size)
        guard !overflow, skipped < rows.count else { return rows.upperBound..<rows.upperBound }
        let start = rows.lowerBound + skipped
        return start..<min(start + size, rows.upperBound)
    }

    /// The places on one page when rows of the same second have been shuffled, within `rows` and never across seconds.
    ///
    /// - Complexity: O(*k*) for the *k* rows of the page and of the seconds at its edges.
    func shuffled(
        _ page: Range<Int>, in rows: Range<Int>, using generator: inout some RandomNumberGenerator
    ) -> [Int] {
        guard !page.isEmpty else { return [] }
        let first = entries[page.lowerBound].time.second
        let last = entries[page.upperBound - 1].time.second
        let start = max(rows.lowerBound, firstIndex { $0.time.second >= first })
        let end = min(rows.upperBound, firstIndex { $0.time.second > last })
        var order = Array(start..<end)
        var group = 0
        for index in order.indices
        where index + 1 == order.count || second(order[index]) != second(order[index + 1]) {
            order[group...index].shuffle(using: &generator)
            group = index + 1
        }
        return Array(order[page.lowerBound - start..<page.upperBound - start])
    }

    private func second(_ row: Int) -> Int64 { entries[row].time.second }
}
