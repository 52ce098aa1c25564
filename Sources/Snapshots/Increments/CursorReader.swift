import Archive
import OctoparseAPI
import RowJSON

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
        var requests: Int
        let attempts: Int
        /// How many of its first rows are the last ones before the cursor, again.
        var repeated = 0
        /// How many rows before the cursor the server has no more.
        var lost = 0
        /// Whether its counts and its rows tell which of them are new.
        var isProven = false
        /// Whether cursors give their own rows, where that was asked.
        var isInclusive: Bool?

        var newRows: RowBlock { repeated == 0 ? page.rows : page.rows.slice(repeated..<page.rows.count) }

        /// Whether another answer to the same question says the same, but for rows that came behind it.
        func agrees(with other: Found) -> Bool {
            let shared = min(page.rows.count, other.page.rows.count)
            guard page.rows.isEmpty == other.page.rows.isEmpty,
                CursorReader.start(page.rows, shared) == CursorReader.start(other.page.rows, shared)
            else { return false }
            if case .contradicts = judgement, case .contradicts = other.judgement { return true }
            return judgement == other.judgement
        }

        /// Whether all rows of an answer are new, or which are not.
        func proven(repeated: Int = 0, lost: Int = 0) -> Found {
            var found = self
            (found.repeated, found.lost, found.isProven) = (repeated, lost, true)
            return found
        }
    }

    private var attempts: Int { max(context.configuration.attempts, 2) }
    var pageSize: Int { size ?? context.configuration.pageSize }

    /// Asks again where the counts do not add up, or the cursor is refused, until two answers in a row agree: once one
    /// did not add up, one that does is not believed alone.
    ///
    /// - Parameters:
    ///   - seam: what is known of the rows before the cursor.
    ///   - held: where the rows before the first cursor are.
    /// - Throws: ``SnapshotError/Code/unstable``; ``SnapshotError/Code/cursorUnusable`` where the first answer of all
    ///   keeps contradicting itself; ``CursorRefused``.
    func ask(
        behind cursor: String, _ ledger: CursorLedger, _ seam: inout CursorSeam, _ held: HeldIncrements? = nil
    ) async throws -> Found {
        var last: Found?
        var wasRefused = false
        var requests = 0
        for attempt in 1...(attempts + 1) {
            if attempt > 1 { try await context.pause(beforeAttempt: attempt) }
            let page: CursorPage
            do {
                page = try await cursors.rows(query, behind: cursor, size: pageSize)
            } catch let error as APIError where cursor != CursorRange.start && CursorRefused.mayBe(error) {
                requests += 1
                if wasRefused { throw CursorRefused(error: error) }
                // A failure was retried by the client. Where the first row is answered, it is the cursor's.
                if error.isTransient {
                    guard (try? await cursors.rows(query, behind: CursorRange.start, size: 1)) != nil else {
                        throw error
                    }
                    throw CursorRefused(error: error)
                }
                (wasRefused, last) = (true, nil)
                continue
            }
            wasRefused = false
            requests += page.attempts
            let answer = CursorLedger.Answer(
                asked: cursor, next: page.next, rows: page.rows.count, total: page.total, rest: page.restTotal)
            let found = Found(
                page: page, answer: answer, judgement: ledger.judge(answer), requests: requests, attempts: attempt)
            let agrees = last.map { $0.agrees(with: found) } ?? false
            if attempt == 1 || agrees, let whole = try await told(found, ledger, &seam, held) { return whole }
            if agrees { return try await settled(found, seam) }
            last = found
        }
        throw unstable("its counts do not add up behind cursor \(cursor)")
    }

    /// What an answer is whose counts and rows add up; nil where they do not.
    private func told(
        _ found: Found, _ ledger: CursorLedger, _ seam: inout CursorSeam, _ held: HeldIncrements?
    ) async throws -> Found? {
        let rows = found.page.rows
        switch found.judgement {
        case .fits:
            let hasMoved = ledger.total.map { $0 != found.answer.total } ?? false
            guard found.answer.asked != CursorRange.start, seam.maySpan(rows, hasMoved: hasMoved) else {
                return found.proven()
            }
            return try await acrossSeam(found, seam)
        case .tooFew(let excess):
            let before = rows.isEmpty ? RowBlock() : try seam.rows(held)
            guard excess <= rows.count, excess <= before.count,
                Self.end(before, excess) == Self.start(rows, excess)
            else { return nil }
            return found.proven(repeated: excess)
        case .tooMany, .contradicts: return nil
        }
    }

    /// What an answer is that came twice and whose counts do not add up.
    private func settled(_ found: Found, _ seam: CursorSeam) async throws -> Found {
        switch found.judgement {
        case .contradicts(let reason):
            guard found.answer.asked != CursorRange.start else {
                throw unusable(reason, at: found.answer.asked)
            }
            return found
        case .tooFew(let excess):
            return found.page.rows.isEmpty ? found.proven(lost: excess) : try await acrossSeam(found, seam)
        case .fits, .tooMany: return found
        }
    }

    static func start(_ rows: RowBlock, _ count: Int) -> [UInt8] { rows.slice(0..<count).bytes }

    static func end(_ rows: RowBlock, _ count: Int) -> [UInt8] {
        rows.slice((rows.count - count)..<rows.count).bytes
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

/// A cursor that the server would not take, while it answers for the first row of the task.
struct CursorRefused: Error {
    let error: APIError

    /// Whether an error may be about the cursor: which one a server gives for it is not documented.
    static func mayBe(_ error: APIError) -> Bool {
        switch error.code {
        case .unexpected, .wrongAPI, .serverError, .malformed: true
        default: false
        }
    }
}
