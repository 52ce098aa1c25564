import Archive
import OctoparseAPI
import RowJSON

/// The rows before a cursor, read from the vault when they are first asked for.
enum CursorTail: Sendable {
    case unread
    case read(RowBlock, isBeforeRun: Bool)

    /// Whether the rows are those of an earlier run.
    var isBeforeRun: Bool {
        switch self {
        case .unread: true
        case .read(_, let isBeforeRun): isBeforeRun
        }
    }

    mutating func rows(_ held: HeldIncrements?) throws -> RowBlock {
        if case .read(let rows, _) = self { return rows }
        let rows = try held.map { try $0.cursor == CursorRange.start ? RowBlock() : $0.tail() } ?? RowBlock()
        self = .read(rows, isBeforeRun: true)
        return rows
    }
}

/// Asks for rows behind a cursor, and says what each answer is.
struct CursorReader: Sendable {
    let context: SessionContext
    let cursors: any CursorSource
    let query: CursorQuery
    /// What errors call it.
    let what: String
    /// Rows asked for in one answer; nil is the context's.
    var size: Int?

    /// An answer, and what it is.
    struct Found: Sendable {
        let page: CursorPage
        let answer: CursorLedger.Answer
        let judgement: CursorLedger.Judgement
        let requests: Int
        let attempts: Int
        /// How many of its first rows are the last ones before the cursor, again.
        var repeated = 0

        var newRows: RowBlock { repeated == 0 ? page.rows : page.rows.slice(repeated..<page.rows.count) }
        var isSound: Bool { judgement == .fits || repeated > 0 }
    }

    private var attempts: Int { max(context.configuration.attempts, 2) }

    /// Asks again where the counts do not add up, until two answers in a row agree.
    ///
    /// - Parameter held: where the rows before the first cursor are.
    /// - Throws: ``SnapshotError/Code/unstable``; ``SnapshotError/Code/cursorUnusable`` where an answer keeps
    ///   contradicting itself, unless it is the first behind a cursor of an earlier run.
    func ask(
        behind cursor: String, _ ledger: CursorLedger, _ tail: inout CursorTail, _ held: HeldIncrements? = nil
    ) async throws -> Found {
        var last: (answer: CursorLedger.Answer, digest: RowsDigest)?
        var requests = 0
        for attempt in 1...attempts {
            if attempt > 1 { try await context.pause(beforeAttempt: attempt) }
            let page = try await cursors.rows(query, behind: cursor, size: size ?? context.configuration.pageSize)
            requests += page.attempts
            let answer = CursorLedger.Answer(
                asked: cursor, next: page.next, rows: page.rows.count, total: page.total, rest: page.restTotal)
            var found = Found(
                page: page, answer: answer, judgement: ledger.judge(answer), requests: requests, attempts: attempt)
            switch found.judgement {
            case .fits: return found
            case .tooFew(let excess):
                // With nothing new, a total that fell says all there is to say.
                if page.rows.isEmpty { return found }
                let before = try tail.rows(held)
                if excess <= page.rows.count, excess <= before.count,
                    Self.end(before, excess) == Self.start(page.rows, excess)
                {
                    found.repeated = excess
                    return found
                }
            case .tooMany, .contradicts: break
            }
            let digest = Self.digest(page.rows)
            if let last, last.answer == answer, last.digest == digest {
                if case .contradicts(let reason) = found.judgement, cursor == CursorRange.start || !tail.isBeforeRun {
                    throw unusable(reason, at: cursor)
                }
                return found
            }
            last = (answer, digest)
        }
        throw unstable("its counts do not add up behind cursor \(cursor)")
    }

    static func start(_ rows: RowBlock, _ count: Int) -> [UInt8] { rows.slice(0..<count).bytes }

    static func end(_ rows: RowBlock, _ count: Int) -> [UInt8] {
        rows.slice((rows.count - count)..<rows.count).bytes
    }

    static func digest(_ rows: RowBlock) -> RowsDigest {
        var digest = RowsDigest()
        rows.forEachRow { digest.add(row: $0) }
        return digest
    }

    func unusable(_ reason: String, at cursor: String) -> SnapshotError {
        SnapshotError(
            .cursorUnusable, "task \(query.task), \(what): \(reason), asked for what is behind \(cursor)",
            hint: "what came before is stored; the next run asks again")
    }

    func unstable(_ reason: String) -> SnapshotError {
        SnapshotError(
            .unstable, "task \(query.task), \(what): \(reason), after \(attempts) attempts",
            hint: "what came before is stored; the next run goes on from there")
    }
}

extension CursorReader {
    /// Reads all rows from the first one on, under a total that must not move.
    ///
    /// - Returns: whether one answer held them all, and how many rows there are.
    /// - Throws: ``SnapshotError/Code/unstable`` where rows moved.
    func readAll(_ deliver: (RowBlock, _ read: Int, _ total: Int) throws -> Void) async throws -> (
        isOneAnswer: Bool, rows: Int
    ) {
        var ledger = CursorLedger(held: 0)
        var cursor = CursorRange.start
        var tail = CursorTail.read(RowBlock(), isBeforeRun: false)
        var rows = 0
        var total: Int?
        var answers = 0
        while answers < context.configuration.mostRequests {
            let found = try await ask(behind: cursor, ledger, &tail)
            answers += 1
            guard found.isSound else { throw unstable("rows moved while they were read") }
            if let total, total != found.answer.total {
                throw unstable("its total moved from \(total) to \(found.answer.total) between answers")
            }
            total = found.answer.total
            ledger.accept(found.answer)
            rows += found.newRows.count
            try deliver(found.newRows, rows, found.answer.total)
            if found.answer.rest == 0 {
                guard rows == found.answer.total else { throw unstable("\(rows) rows came of \(found.answer.total)") }
                return (answers == 1, rows)
            }
            tail = .read(found.page.rows, isBeforeRun: false)
            cursor = found.answer.next
        }
        throw SnapshotError(
            .tooMuch, "task \(query.task), \(what): no end came within \(answers) answers",
            hint: "take increments of it: `octovault snapshot --source increments`")
    }
}
