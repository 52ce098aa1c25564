import Foundation
import OctoparseAPI
import Records
import RowJSON
import StorageTime
import Synchronization
import TestSupport

@testable import Snapshots

/// A server in memory that stores rows to the millisecond and counts edges as it is told to.
final class MillisecondServer: PageSource {
    enum Edges: Sendable, CaseIterable { case closed, halfOpen, leftOpen, open }

    struct State: Sendable {
        /// Milliseconds since 0001-01-01, ascending.
        var rows: [(at: Int, text: String)] = []
        var edges = Edges.closed
        var refusesInstants = false
        var ignoresInterval = false
        var totalIsOfTask = false
        var shufflesTies = false
        var date: Date?
        var requests = 0
        var generator = SeededGenerator(seed: 7)
    }

    let state: Mutex<State>
    /// Called before each answer, with its number from 1.
    let beforeRequest: @Sendable (Int, inout State) -> Void

    init(
        _ times: [Int], edges: Edges = .closed, date: Date? = nil,
        beforeRequest: @escaping @Sendable (Int, inout State) -> Void = { _, _ in }
    ) {
        var state = State()
        state.rows = times.sorted().enumerated().map { ($1, "{\"n\":\"\($0)\"}") }
        state.edges = edges
        state.date = date
        self.state = Mutex(state)
        self.beforeRequest = beforeRequest
    }

    var requests: Int { state.withLock { $0.requests } }

    func page(_ query: PageQuery, index: Int, size: Int) async throws -> Page {
        try state.withLock { state in
            state.requests += 1
            beforeRequest(state.requests, &state)
            var rows = state.rows[...]
            if case .storageTime(_, let from, let to) = query {
                if from == to, state.refusesInstants { throw APIError(.unexpected, "refuses an empty interval") }
                if !state.ignoresInterval { rows = Self.choose(rows, from.seconds * 1000, to.seconds * 1000, state) }
            }
            let total = state.totalIsOfTask ? state.rows.count : rows.count
            var page = Array(rows.dropFirst((index - 1) * size).prefix(size))
            if state.shufflesTies { page.shuffle(using: &state.generator) }
            return Page(total: total, rows: block(page.map(\.text)), serverDate: state.date)
        }
    }

    func unexported(task: String, size: Int) async throws -> Page {
        throw APIError(.taskUnknown, "this server has no unexported rows")
    }

    private static func choose(
        _ rows: ArraySlice<(at: Int, text: String)>, _ from: Int, _ to: Int, _ state: State
    ) -> ArraySlice<(at: Int, text: String)> {
        rows.filter { row in
            let isAfter = state.edges == .closed || state.edges == .halfOpen ? row.at >= from : row.at > from
            let isBefore = state.edges == .closed || state.edges == .leftOpen ? row.at <= to : row.at < to
            return isAfter && isBefore
        }[...]
    }
}
