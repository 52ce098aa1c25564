import Catalog
import Foundation
import OctoparseAPI
import Records
import StorageTime

/// Counts windows at the API, and finds those whose count is another by halving.
struct WindowCounter: Sendable {
    typealias Outcome = Result<RemoteReport.Verdict, any Error>

    let reader: WindowReader
    /// What the vault says of a window now; nil where it holds none any more.
    let look: @Sendable (Window) throws -> WindowRecord?

    /// Asks once whether the server heeds `from` and `to` at all.
    ///
    /// - Throws: as ``WindowReader/requireNothing(at:_:)`` says.
    func checkInterval() async throws {
        try await reader.requireNothing(at: .farFuture, "far future")
    }

    /// What is found of joining windows, in their order.
    func verdicts(of records: [WindowRecord]) async throws -> [(WindowRecord, Outcome)] {
        let count = RecheckPlan.Count(
            windows: records.map { record in
                RecheckPlan.Known(
                    window: record.window, total: record.facts.total, edgeRows: record.facts.edgeRows,
                    fetchedAt: record.facts.capturedAt)
            })
        guard let range = count.range else { return [] }
        let total = try await reader.count(from: range.from, to: range.to).total
        if total == count.expectedTotal { return records.map { ($0, .success(.equal)) } }
        guard records.count > 1 else { return [(records[0], try await confirm(records[0], counted: total))] }
        let middle = records.count / 2
        let halves =
            try await verdicts(of: Array(records[..<middle])) + (try await verdicts(of: Array(records[middle...])))
        let isExplained = halves.contains { (try? $0.1.get()) != .equal }
        if isExplained { return halves }
        // The parts are as they were and the whole is not: rows at a joint moved, or moved back meanwhile.
        guard try await reader.count(from: range.from, to: range.to).total != count.expectedTotal else { return halves }
        let error = SnapshotError(
            .unstable,
            "task \(reader.task), \(range): its windows count what they did, and together they do not",
            hint: "count again when the task's extraction has come to rest")
        return halves.map { ($0.0, .failure(error)) }
    }

    /// A difference counts when a second count gives the same, and the vault still says what it said.
    private func confirm(_ record: WindowRecord, counted: Int) async throws -> Outcome {
        var last = counted
        for _ in 0..<max(2, reader.configuration.attempts) {
            let again = try await reader.count(from: record.window.from, to: record.window.to).total
            if again == last {
                // Another process may have taken the window again meanwhile.
                let expected = try look(record.window)?.facts.total ?? record.facts.total
                return .success(again == expected ? .equal : .counted(expected: expected, counted: again))
            }
            last = again
        }
        return .failure(reader.unstable(record.window, "its count keeps moving"))
    }
}
