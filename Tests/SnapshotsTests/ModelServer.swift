import Foundation
import OctoparseAPI
import Records
import RowJSON
import StorageTime
import Synchronization
import TestSupport

@testable import Snapshots

/// A server in memory that speaks the paging rules in any interval convention, and whose rows may move between any two
/// requests.
final class ModelServer: PageSource {
    struct Row: Sendable, Hashable {
        var at: StorageInstant
        var text: String

        /// Whether a window is to hold the row, by the server's convention.
        func belongs(to window: Window, _ convention: IntervalConvention) -> Bool {
            convention == .leftOpen ? window.from < at && at <= window.to : window.from <= at && at < window.to
        }
    }

    struct State: Sendable {
        var rows: [Row] = []
        var convention = IntervalConvention.closed
        var shufflesTies = false
        /// Whether each answer has its rows in an order of its own.
        var shufflesRows = false
        var totalIsOfTask = false
        var leavesEdgesOut = false
        var ignoresInterval = false
        var ignoresEnd = false
        var refusesInstants = false
        var mostRowsAPage = 1000
        var date: Date?
        var requests = 0
        var rowRequests = 0
        /// Answers full of rows that were not all there are.
        var wasteful = 0
        /// What was asked, in order.
        var queries: [PageQuery] = []
        var unknownTasks: Set<String> = []
        var generator = SeededGenerator(seed: 1)
    }

    let state: Mutex<State>
    /// Called before each answer, with the request's number from 1, to move the rows.
    let beforeRequest: @Sendable (Int, inout State) throws -> Void

    init(
        _ rows: [Row] = [], convention: IntervalConvention = .closed,
        beforeRequest: @escaping @Sendable (Int, inout State) throws -> Void = { _, _ in }
    ) {
        var state = State()
        state.rows = rows
        state.convention = convention
        self.state = Mutex(state)
        self.beforeRequest = beforeRequest
    }

    func page(_ query: PageQuery, index: Int, size: Int) async throws -> Page {
        try state.withLock { state in
            state.requests += 1
            if size > 1 { state.rowRequests += 1 }
            state.queries.append(query)
            if state.unknownTasks.contains(query.task) { throw APIError(.taskUnknown, "no such task") }
            try beforeRequest(state.requests, &state)
            if case .storageTime(_, let from, let to) = query, from == to, state.refusesInstants {
                throw APIError(.unexpected, "the server refuses an empty interval")
            }
            var rows = state.rows.filter { Self.matches($0.at, query, state) }
            if state.shufflesTies { rows.shuffle(using: &state.generator) }
            rows.sort { $0.at < $1.at }
            if state.shufflesRows { rows.shuffle(using: &state.generator) }
            let most = min(size, state.mostRowsAPage)
            let page = rows.dropFirst((index - 1) * most).prefix(most)
            if size > 1, page.count < rows.count { state.wasteful += 1 }
            let total = state.totalIsOfTask ? state.rows.count : rows.count
            return Page(
                total: total, rows: RowBlock(ndjson: Array(page.map { $0.text + "\n" }.joined().utf8)),
                repaired: 0, serverDate: state.date, attempts: 1)
        }
    }

    func unexported(task: String, size: Int) async throws -> Page {
        throw APIError(.taskUnknown, "this server has no unexported rows")
    }

    private static func matches(_ at: StorageInstant, _ query: PageQuery, _ state: State) -> Bool {
        guard case .storageTime(_, let from, let to) = query, !state.ignoresInterval else { return true }
        if state.ignoresEnd { return from <= at }
        if state.leavesEdgesOut { return from < at && at < to }
        switch state.convention {
        case .closed, .unknown: return from <= at && at <= to
        case .halfOpen: return from <= at && at < to
        case .leftOpen: return from < at && at <= to
        }
    }
}

extension IntervalConvention {
    /// Every way in which a server may count an interval's edges, or one of them in a quick round.
    static let played = Sampling.quick(1, of: [IntervalConvention.closed, .halfOpen, .leftOpen])
}
