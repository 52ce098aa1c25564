import OctoparseAPI
import Records
import RowJSON
import StorageTime

/// Asks a server for the rows of one window, by the rules that make windows exact.
///
/// An answer whose list is as long as its `total` proves itself; a window with more rows is cut into pieces that each
/// come in one answer; rows stored exactly at a piece's end are left to the next; a second that fills more than one
/// answer is paged twice, and both passes must agree.
struct WindowReader: Sendable {
    let pages: any PageSource
    let task: String
    let configuration: TakingConfiguration
    let pause: @Sendable (_ attempt: Int) async throws -> Void
    let tally: RequestTally
    /// Whether the server was seen to heed `to`: asked before the first window is cut.
    var endCheck = ServerCheck()
    var serverTrust = ServerTrust()
    var density = Density()
    /// Answers with rows that are too long, or fall short of their total, and so are asked for again.
    var wasted = RequestTally()

    /// What asking for one piece gave.
    enum PieceAnswer<Rows: Sendable>: Sendable {
        /// All its rows, in one answer.
        case rows(Rows)
        /// Too many rows for one answer: ask for these pieces instead.
        case cut(Cut)
        /// Too many rows for one answer, and nothing left to cut (or cutting is not wanted): page through it, with no
        /// more rows a page than the server gives.
        case paged(size: Int)

        /// The same, with other rows, or the answer that these lead to.
        func flatMap<Other: Sendable>(
            _ transform: (Rows) async throws -> PieceAnswer<Other>
        ) async rethrows -> PieceAnswer<Other> {
            switch self {
            case .rows(let rows): try await transform(rows)
            case .cut(let cut): .cut(cut)
            case .paged(let size): .paged(size: size)
            }
        }
    }

    /// An answer that is whole; rows stored exactly at its piece's end may be among its own.
    struct WholeAnswer: Sendable {
        let rows: RowBlock
        let repaired: Int
    }

    /// A piece's rows, without those stored exactly at its end.
    struct OwnRows: Sendable {
        let rows: RowBlock
        let facts: Piece
    }

    /// The pieces that a window is to be asked for in.
    struct Cut: Sendable {
        let pieces: [Window]
        /// What the server counts in all of them; nil where it was not asked.
        let total: Int?
    }

    /// The numbers of one piece that was read whole.
    struct Piece: Sendable, Hashable {
        /// Rows stored in the piece.
        var rows = 0
        /// Rows stored exactly at its end, by the count of that instant.
        var edgeRows = 0
        var repaired = 0
        var isPaged = false
        /// Whether its end was not asked for, since the next answer has no row in common with its own.
        var isEndCompared = false
        /// Whether the edge rests on the account's word, because the server will not be asked for an instant.
        var isAssumed = false
    }

    /// Asks for one piece until the answer is whole, and takes the rows stored at its end out.
    func read(_ window: Window) async throws -> PieceAnswer<OwnRows> {
        try await ask(for: window).flatMap { try await ownRows(of: window, in: $0, before: nil) }
    }

    /// Asks for one piece until the answer is whole.
    ///
    /// An answer that is too long is completed by another one, where the two can hold all rows. Of a window with more
    /// rows it is of no use: one that is likely to need a few answers is asked for in as many pieces at once; one that
    /// is likely to need more is counted first.
    ///
    /// - Parameter isWhole: whether the piece is a whole window.
    func ask(for window: Window, isWhole: Bool = false) async throws -> PieceAnswer<WholeAnswer> {
        if isWhole, configuration.proof == .oneAnswer {
            let expected = density.expectedRows(of: window)
            if Double(expected) > Double(configuration.pageSize) * mostExpectedWhole {
                if !serverTrust.isDoubted, let pieces = fewPieces(of: window, expected: expected) {
                    try await checkEnd()
                    return .cut(Cut(pieces: pieces, total: nil))
                }
                let page = try await count(from: window.from, to: window.to)
                if page.total > configuration.pageSize {
                    return try await cut(window, page, capacity: configuration.pageSize, fill: WindowPartition.fill)
                }
            }
        }
        for attempt in 1...configuration.attempts {
            if attempt > 1 { try await pause(attempt) }
            let page = try await ask(from: window.from, to: window.to, index: 1, size: configuration.pageSize)
            if page.rows.count == page.total {
                density.note(rows: page.total, of: window)
                return .rows(WholeAnswer(rows: page.rows, repaired: page.repaired))
            }
            if page.rows.count == configuration.pageSize, let whole = try await completed(page, of: window) {
                return .rows(whole)
            }
            wasted.add()
            if page.rows.count >= configuration.pageSize {
                return try await cut(window, page, capacity: configuration.pageSize, fill: overflowFill)
            }
            if let capacity = try await capacity(after: page, of: window) {
                return try await cut(window, page, capacity: capacity, fill: overflowFill)
            }
        }
        throw unstable(window, "the server's answers fall short of their own total")
    }

    /// Takes the rows stored at a piece's end out of its answer, which is asked for again where they are not all in it.
    ///
    /// Rows that a server counts in on both sides of an edge stand in both answers. So where the next answer has no row
    /// in common with this one, the edge is not asked for. Within a window it is all one in which order the two were
    /// asked for: whatever moves meanwhile, each row is in one of the two, and the window's closing count has the last
    /// word. Between windows the next one must have been asked for after this one was answered: then a row that comes
    /// to the edge between the two is in the second alone, where it belongs, and one that goes is in the first alone,
    /// once.
    ///
    /// - Parameters:
    ///   - next: what was answered for the next piece, of the same window or, in order, of the next one; nil where that
    ///     is not known.
    ///   - attempt: how often the piece was asked for.
    func ownRows(
        of window: Window, in answer: WholeAnswer, before next: RowBlock?, attempt: Int = 1
    ) async throws -> PieceAnswer<OwnRows> {
        guard answer.rows.count > 0 else { return .rows(OwnRows(rows: answer.rows, facts: Piece())) }
        var edge: EdgeRows? = EdgeRows(rows: RowBlock())
        let isAsked = mustAskForEdge(between: answer.rows, next)
        if isAsked {
            edge = try await edgeRows(at: window.to, atMost: answer.rows.count)
        }
        if let edge, let rows = try edge.removed(from: answer.rows) {
            let facts = Piece(
                rows: rows.count, edgeRows: edge.rows.count, repaired: answer.repaired, isEndCompared: !isAsked,
                isAssumed: edge.isAssumed)
            return .rows(OwnRows(rows: rows, facts: facts))
        }
        serverTrust.recordContradiction()
        guard attempt < configuration.attempts else {
            throw unstable(window, "rows stored at its end are not among its own")
        }
        try await pause(attempt + 1)
        return try await ask(for: window).flatMap { again in
            try await ownRows(of: window, in: again, before: next, attempt: attempt + 1)
        }
    }

    private func mustAskForEdge(between rows: RowBlock, _ next: RowBlock?) -> Bool {
        guard let next, !serverTrust.hasSeenContradiction else { return true }
        return RowByteMultiset.shareRow(rows, next)
    }

    /// The pieces of a window that is expected to need no more than four answers.
    private func fewPieces(of window: Window, expected: Int) -> [Window]? {
        let pieces = WindowPartition.pieces(
            of: window, total: expected, capacity: configuration.pageSize, density: density)
        return pieces.flatMap { $0.count <= 4 ? $0 : nil }
    }

    /// The most rows, in answers of one page, that a window may be expected to hold to be asked for whole.
    private var mostExpectedWhole: Double { serverTrust.hasSeenContradiction ? 1 : WindowPartition.twoAnswers }

    /// The share of an answer that the pieces of one which was too long are to fill: its rows are counted.
    private var overflowFill: Double { density.isEmpty ? WindowPartition.fill : WindowPartition.knownFill }

    /// Where `to` is not heeded, every piece would hold all that follows it, and be cut without end.
    func checkEnd() async throws {
        try await endCheck.passOnce { try await requireNothing(at: EmptyProof.beginning, "far past") }
    }

    private func cut<Rows>(
        _ window: Window, _ page: Page, capacity: Int, fill: Double
    ) async throws -> PieceAnswer<Rows> {
        try await checkEnd()
        guard configuration.proof == .oneAnswer,
            let pieces = WindowPartition.pieces(
                of: window, total: page.total, capacity: capacity, fill: fill, density: density)
        else { return .paged(size: capacity) }
        return .cut(Cut(pieces: pieces, total: page.total))
    }

    /// Finds out what a page means that is shorter than asked and than its total: the server may give fewer rows a page
    /// than asked (then the page's length, which bounds the pieces), count the task instead of the interval (an error),
    /// or have lost its way (nil: ask again).
    private func capacity(after page: Page, of window: Window) async throws -> Int? {
        let next = try await ask(from: window.from, to: window.to, index: 2, size: configuration.pageSize)
        if next.rows.count > 0 { return page.rows.count > 0 && next.total == page.total ? page.rows.count : nil }
        guard try await countTask() == page.total, next.total == page.total else { return nil }
        throw totalIsOfTask(page, "\(window)")
    }

    /// The rows stored exactly at `instant`, as far as the server counts an interval's edges in; nil where it counts
    /// more than `limit`, which then cannot be among so many rows and are not asked for.
    func edgeRows(at instant: StorageInstant, atMost limit: Int) async throws -> EdgeRows? {
        let page: Page
        do {
            page = try await ask(from: instant, to: instant, index: 1, size: configuration.pageSize)
        } catch let error as APIError where error.code == .unexpected {
            // An error word that the API does not document: the server will not be asked for one instant.
            return try await assumedEdgeRows(at: instant, refusal: error)
        }
        if page.rows.count == page.total { return EdgeRows(rows: page.rows) }
        guard page.total <= limit else { return nil }
        var rows = page.rows
        var index = 1
        while rows.count < page.total {
            index += 1
            let more = try await ask(from: instant, to: instant, index: index, size: configuration.pageSize)
            guard more.total == page.total, more.rows.count > 0 else {
                throw SnapshotError(.unstable, "task \(task): the rows stored at \(instant) keep moving")
            }
            rows.append(contentsOf: more.rows)
        }
        return EdgeRows(rows: rows)
    }

    /// How many rows the server counts from `from` to `to`.
    func count(from: StorageInstant, to: StorageInstant) async throws -> Page {
        try await ask(from: from, to: to, index: 1, size: 1)
    }

    /// How many rows the server counts in the whole task, whatever their storage time.
    func countTask() async throws -> Int {
        tally.add()
        return try await pages.page(.all(task: task), index: 1, size: 1).total
    }

    func ask(from: StorageInstant, to: StorageInstant, index: Int, size: Int) async throws -> Page {
        guard tally.count < configuration.mostRequests else {
            throw SnapshotError(
                .tooMuch,
                "task \(task): \(tally.count) requests were made, the last for \(from) to \(to), and the server's totals ask "
                    + "for more",
                hint: "look at what the server answers with `octovault probe`")
        }
        tally.add()
        return try await pages.page(.storageTime(task: task, from: from, to: to), index: index, size: size)
    }

    func unstable(_ window: Window, _ reason: String) -> SnapshotError {
        SnapshotError(
            .unstable, "task \(task), window \(window): \(reason), after \(configuration.attempts) attempts",
            hint: "the window stays due; take it again when the task's extraction has come to rest")
    }
}
