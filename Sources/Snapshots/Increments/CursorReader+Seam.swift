import Archive
import OctoparseAPI
import RowJSON

extension CursorReader {
    /// Tells which rows of an answer come from before its cursor, by an answer that reads across it: asked behind the
    /// cursor of the answer before, it holds the rows on both sides as they follow each other.
    ///
    /// Four requests where the answer before is short, five where it is long; a few more where answers come shorter
    /// than asked for.
    ///
    /// - Returns: the answer, unproven where the rows or the counts agree with no number of repeated rows.
    func acrossSeam(_ found: Found, _ seam: CursorSeam) async throws -> Found {
        var found = found
        guard let last = seam.last, !last.endsWith.isEmpty, last.rows > 0 else { return found }
        do {
            guard let repeated = try await repeatedRows(&found, last) else { return found }
            let lost =
                switch found.judgement {
                case .fits: -repeated
                case .tooFew(let excess): excess - repeated
                case .tooMany, .contradicts: -1
                }
            return lost < 0 ? found : found.proven(repeated: repeated, lost: lost)
        } catch let error as APIError where CursorRefused.mayBe(error) {
            return found
        }
    }

    private func repeatedRows(_ found: inout Found, _ last: LastAnswer) async throws -> Int? {
        let (rows, answer) = (found.page.rows, found.answer)
        guard let included = try await ownRows(behind: answer, &found) else { return nil }
        // To a cursor that has few rows between it and the one in question.
        let most = min(last.endsWith.count, max(1, pageSize / 2))
        var cursor = last.after
        var between = last.rows
        var own: Int { cursor == CursorRange.start ? 0 : included }
        for _ in 0..<8 where between > most {
            let page = try await page(behind: cursor, size: min(pageSize, between - most + own), &found)
            let read = page.rows.count - own
            guard read > 0, page.next != cursor else { return nil }
            between -= read
            cursor = page.next
        }
        guard between <= most else { return nil }
        let end = own + between
        // Twice, since of rows that are alike the counts alone tell.
        let across = try await page(behind: cursor, size: min(1000, max(pageSize, end + 1)), &found)
        let again = try await page(behind: cursor, size: min(1000, max(pageSize, end + 1)), &found)
        let both = min(across.rows.count, again.rows.count)
        guard across.rows.slice(0..<both) == again.rows.slice(0..<both),
            across.rows.count + across.restTotal - across.total == again.rows.count + again.restTotal - again.total
        else { return nil }
        // What it counts behind the cursor in question, beside what the answer does.
        let behind = across.rows.count + across.restTotal - end - (across.total - answer.total)
        let repeated = rows.count + answer.rest - behind
        let shared = min(across.rows.count - end, rows.count - repeated)
        guard repeated >= 0, repeated <= rows.count, repeated <= end, shared >= 0,
            shared > 0 || repeated == rows.count,
            LastAnswer.marks(of: across.rows.slice((end - between)..<end)) == Array(last.endsWith.suffix(between)),
            across.rows.slice((end - repeated)..<(end + shared)) == rows.slice(0..<(repeated + shared))
        else { return nil }
        found.isInclusive = included == 1
        return repeated
    }

    /// How many rows from before it a cursor gives: behind the end of an answer the counts tell, asked twice.
    ///
    /// - Returns: 0 or 1; nil where the counts say anything else, or two things.
    private func ownRows(behind answer: CursorLedger.Answer, _ found: inout Found) async throws -> Int? {
        var told: Int?
        for _ in 0..<2 {
            let own = try await page(behind: answer.next, size: 1, &found)
            let included = own.rows.count + own.restTotal - answer.rest - (own.total - answer.total)
            guard included == 0 || included == 1, told == nil || told == included,
                !own.rows.isEmpty || own.restTotal == 0
            else { return nil }
            told = included
        }
        return told
    }

    private func page(behind cursor: String, size: Int, _ found: inout Found) async throws -> CursorPage {
        let page = try await cursors.rows(query, behind: cursor, size: size)
        found.requests += page.attempts
        return page
    }
}
