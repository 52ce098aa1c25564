import Algorithms
import Catalog
import OctoparseAPI
import Records
import RowJSON
import StorageTime

/// Counts stretches of storage time so that neighbours add up under any interval convention: what stands exactly at a
/// stretch's end is taken off, for it is the next one's.
struct AxisCounter: Sendable {
    private let reader: WindowReader
    /// What the vault covers, ascending.
    private let records: [WindowRecord]
    private let openFrom: StorageInstant

    init(reader: WindowReader, records: [WindowRecord], openFrom: StorageInstant) {
        self.reader = reader
        self.records = records
        self.openFrom = openFrom
    }

    /// Counts of windows as counts of their own rows: those whose number is the same without what stands at their ends,
    /// which is the next window's, are left out, and so are pruned ones.
    func withoutEdges(_ counts: [RemoteReport.Count]) async throws -> [RemoteReport.Count] {
        let known = Dictionary(records.filter { $0.state != .pruned }.map { ($0.window, $0.facts) }) { first, _ in first
        }
        var own: [RemoteReport.Count] = []
        for count in counts {
            guard let facts = known[count.window] else { continue }
            let edge = try await reader.edgeCount(at: count.window.to)
            let (expected, counted) = (count.expected - facts.edgeRows, count.counted - edge)
            if expected == counted { continue }
            own.append(.init(task: count.task, window: count.window, expected: expected, counted: counted))
        }
        return own.sorted { $0.window < $1.window }
    }

    /// Counts before, between and behind the covered windows.
    ///
    /// - Returns: the rows of all of storage time.
    func fill(_ found: inout Reconciliation) async throws -> Int {
        let future = StorageInstant.farFuture
        guard let bounds = WindowSet(records.lazy.map(\.window)).bounds else {
            return try await fillBehind(from: EmptyProof.beginning, &found)
        }
        let before = try await stretch(EmptyProof.beginning, bounds.from)
        if before.map({ $0.rows > 0 }) ?? false { found.before = before }
        let inside = try await rows(in: bounds)
        found.gaps = try await gaps(in: bounds, holding: inside, found)
        let behind = bounds.to < future ? try await fillBehind(from: bounds.to, &found) : 0
        return (before?.rows ?? 0) + inside + behind
    }

    /// What lies behind the last covered second: old enough to be taken, and too recent.
    private func fillBehind(from start: StorageInstant, _ found: inout Reconciliation) async throws -> Int {
        let all = try await stretch(start, StorageInstant.farFuture)?.rows ?? 0
        guard all > 0 else { return 0 }
        let closed = try await stretch(start, openFrom)
        if let closed, closed.rows > 0 { found.behind = closed }
        // Rows may have come between the two counts.
        found.open = max(0, all - (closed?.rows ?? 0))
        return max(all, closed?.rows ?? 0)
    }

    /// Rows stored from the window's start on, and before its end.
    private func rows(in window: Window) async throws -> Int {
        let total = try await reader.count(from: window.from, to: window.to).total
        guard total > 0 else { return 0 }
        return max(0, total - (try await reader.edgeCount(at: window.to)))
    }

    private func stretch(_ from: StorageInstant, _ to: StorageInstant) async throws -> Reconciliation.Stretch? {
        guard let range = try? Window(from: from, to: to) else { return nil }
        return Reconciliation.Stretch(range: range, rows: try await rows(in: range))
    }

    // MARK: Gaps

    /// The gaps that hold rows. Where all of the covered range holds what its windows do, none is asked for.
    private func gaps(
        in bounds: Window, holding inside: Int, _ found: Reconciliation
    ) async throws -> [Reconciliation.Stretch] {
        let gaps = WindowSet(records.lazy.map(\.window)).gaps(in: bounds)
        let sums = try await presentSums(found)
        guard !gaps.isEmpty, inside != sums.last else { return [] }
        return try await search(gaps[...], sums)
    }

    /// Halves the gaps down to those that hold rows.
    private func search(_ gaps: ArraySlice<Window>, _ sums: [Int]) async throws -> [Reconciliation.Stretch] {
        guard let first = gaps.first, let last = gaps.last, let range = try? Window(from: first.from, to: last.to)
        else {
            return []
        }
        // The windows from the first gap's end to the last one's start.
        let low = records.partitioningIndex { $0.window.from >= range.from }
        let high = records.partitioningIndex { $0.window.from >= range.to }
        let rows = try await rows(in: range).subtracting(held: sums[high].subtracting(held: sums[low]))
        if rows <= 0 { return [] }
        guard gaps.count > 1 else { return [Reconciliation.Stretch(range: range, rows: rows)] }
        let middle = gaps.startIndex + gaps.count / 2
        return try await search(gaps[..<middle], sums) + (try await search(gaps[middle...], sums))
    }

    /// How many rows the cloud holds now in the windows before each one; the last is the sum of all.
    private func presentSums(_ found: Reconciliation) async throws -> [Int] {
        let moved = Dictionary((found.grown + found.shrunk).map { ($0.window, $0.counted) }) { first, _ in first }
        // Nobody counts pruned windows again, so that the cloud may have lost their rows unseen. A run is within no
        // gap.
        var pruned: [StorageInstant: Int] = [:]
        for run in WindowSet(records.lazy.filter { $0.state == .pruned }.map(\.window)).windows {
            pruned[run.from] = try await rows(in: run)
        }
        var sums = [0]
        sums.reserveCapacity(records.count + 1)
        for record in records {
            let own = moved[record.window] ?? record.facts.total - record.facts.edgeRows
            let rows = record.state == .pruned ? pruned[record.window.from] ?? 0 : own
            sums.append(sums[sums.count - 1].adding(held: rows))
        }
        return sums
    }
}
