import Foundation
import RowJSON
import Synchronization
import Testing

@testable import OctoparseAPI

/// A task in memory that is read by a cursor and drained in two phases, with what can go wrong about both.
final class CursorServer: CursorSource, PageSource {
    /// What a mark covers.
    enum Meaning: Sendable, CaseIterable { case lastAnswer, allAnswers, everything }

    /// What happens to one request.
    enum Fate: Sendable, Hashable {
        case answered
        case refused
        /// The server says that it failed, or that there is no such path.
        case failed, notFound
        case broken
        /// Done, and the answer is lost.
        case lost
        case standsStill
        case goesBack
        case startsOver
        case inclusive
        case restTooLarge
        case totalTooLarge
        case totalTooSmall
        case empty
        case short
    }

    struct Row: Sendable {
        var key: Double
        var text: String
        var isExported = false
        var isFetched = false
    }

    struct State: Sendable {
        var rows: [Row] = []
        var last = 0.0
        var requests = 0
        var marks = 0
        var lastAnswer: Set<Double> = []
        /// Every row that there ever was.
        var ever: [String: Int] = [:]
        /// Whether the request under way begins at the first row.
        var isAtStart = false
        /// How many rows before it a cursor gives again.
        var goesBackBy = 0
        /// What happens to requests behind a cursor, for those who look at it.
        var fateOfCursors = Fate.answered
    }

    let state = Mutex(State())
    let meaning: Meaning
    let isInclusive: Bool
    /// Called with each request's number from 1; it may change the rows first.
    let fate: @Sendable (Int, inout State) -> Fate

    init(
        _ rows: [String] = [], meaning: Meaning = .allAnswers, isInclusive: Bool = false,
        fate: @escaping @Sendable (Int, inout State) -> Fate = { _, _ in .answered }
    ) {
        self.meaning = meaning
        self.isInclusive = isInclusive
        self.fate = fate
        state.withLock { state in for row in rows { state.store(row) } }
    }

    func change(_ body: (inout State) -> Void) {
        state.withLock { body(&$0) }
    }

    var requests: Int { state.withLock { $0.requests } }
    var present: [String] { state.withLock { $0.rows.map(\.text) } }

    func rows(_ query: CursorQuery, behind cursor: String, size: Int) async throws -> CursorPage {
        try state.withLock { state in
            state.requests += 1
            let offset = Double(cursor) ?? -1
            state.isAtStart = offset <= 0
            let fate = fate(state.requests, &state)
            if fate == .broken || fate == .lost { throw APIError(.network, "the connection broke") }
            if fate == .failed, offset > 0 { throw APIError(.serverError, "it failed") }
            if fate == .notFound, offset > 0 { throw APIError(.wrongAPI, "no such address") }
            if fate == .refused, offset > 0 { throw APIError(.unexpected, "no such cursor") }
            let bound = offset <= 0 || fate == .startsOver ? -1 : offset - 924
            let includes = (isInclusive || fate == .inclusive) && bound > 0
            var first = state.rows.firstIndex { includes ? $0.key >= bound : $0.key > bound } ?? state.rows.count
            if bound > 0 { first = max(0, first - state.goesBackBy) }
            var given = state.rows[first...].prefix(size)
            let rest = state.rows.count - first - given.count
            let next = given.last.map { $0.key + 924 } ?? max(offset, 0)
            if fate == .empty { given = [] }
            if fate == .short, !given.isEmpty { given.removeLast() }
            let shown =
                switch fate {
                case .standsStill: max(offset, 0)
                case .goesBack: max(offset - 1, 0)
                default: next
                }
            var total = state.rows.count
            if fate == .totalTooLarge { total += 2 }
            if fate == .totalTooSmall { total = max(0, total - 2) }
            return CursorPage(
                total: total, restTotal: max(0, rest + (fate == .restTooLarge ? 1 : 0)),
                next: shown == shown.rounded() ? "\(Int(shown))" : "\(shown)", rows: block(given.map(\.text)))
        }
    }

    func fetchUnexported(task: String, size: Int) async throws -> Page {
        try state.withLock { state in
            state.requests += 1
            let fate = fate(state.requests, &state)
            if fate == .broken { throw APIError(.network, "the connection broke") }
            let places = state.rows.indices.filter { !state.rows[$0].isExported }
            let given = places.prefix(size)
            state.lastAnswer = Set(given.map { state.rows[$0].key })
            for place in given { state.rows[place].isFetched = true }
            if fate == .lost { throw APIError(.timeout, "no answer came") }
            return Page(total: places.count, rows: block(given.map { state.rows[$0].text }))
        }
    }

    func markExported(task: String) async throws {
        try state.withLock { state in
            state.requests += 1
            state.marks += 1
            let fate = fate(state.requests, &state)
            if fate == .broken { throw APIError(.network, "the connection broke") }
            for place in state.rows.indices {
                let isMeant =
                    switch meaning {
                    case .lastAnswer: state.lastAnswer.contains(state.rows[place].key)
                    case .allAnswers: state.rows[place].isFetched
                    case .everything: true
                    }
                if isMeant, fate != .empty { state.rows[place].isExported = true }
                state.rows[place].isFetched = false
            }
            if fate == .lost { throw APIError(.timeout, "no answer came") }
        }
    }

    func page(_ query: PageQuery, index: Int, size: Int) async throws -> Page {
        throw APIError(.wrongAPI, "there are no windows")
    }

    func unexported(task: String, size: Int) async throws -> Page {
        Issue.record("rows were asked for in a way that marks them")
        throw APIError(.wrongAPI, "there is no such path")
    }
}

extension CursorServer.State {
    /// Stores a row behind all others.
    mutating func store(_ text: String) {
        last += 1
        rows.append(.init(key: last, text: text))
        ever[text, default: 0] += 1
    }

    /// Stores a row before a place.
    mutating func store(_ text: String, before place: Int) {
        guard place < rows.count else { return store(text) }
        let low = place > 0 ? rows[place - 1].key : 0
        rows.insert(.init(key: low + (rows[place].key - low) / 2, text: text), at: place)
        ever[text, default: 0] += 1
    }
}
