import Records
import RowJSON
import StorageTime
import Secrets

extension OctoparseClient: CursorSource {
    /// - Throws: ``APIError/Code/pageSize`` for a size outside 1 to 1000, without a request;
    ///   ``APIError/Code/wrongAPI`` where the host has no cursors; otherwise as ``CursorSource`` says.
    package func rows(_ query: CursorQuery, behind cursor: String, size: Int) async throws -> CursorPage {
        let call = CursorEndpoint.rows(query, behind: cursor, size: size).call(dialect)
        try check(size: size, call)
        if case .lot = query, dialect == .dataExport { throw lacks(call, "has no lots") }
        return try await sizes.ask(task: query.task, size: size) { size in
            let call = CursorEndpoint.rows(query, behind: cursor, size: size).call(dialect)
            return try await executor.deliver(call, with: keeper) { answer, context, attempts throws(APIError) in
                try answer.cursorPage(size: size, context, attempts: attempts)
            }
        }
    }

    package func fetchUnexported(task: String, size: Int) async throws -> Page {
        let call = CursorEndpoint.fetchUnexported(task: task, size: size).call(dialect)
        try check(size: size, call)
        return try await sizes.ask(task: task, size: size) { size in
            let call = CursorEndpoint.fetchUnexported(task: task, size: size).call(dialect)
            return try await executor.deliver(call, with: keeper) { answer, context, attempts throws(APIError) in
                try answer.page(size: size, context, attempts: attempts)
            }
        }
    }

    package func markExported(task: String) async throws {
        let call = CursorEndpoint.markExported(task: task).call(dialect)
        try await executor.deliver(call, with: keeper) { answer, context, _ throws(APIError) in
            _ = try answer.envelope(context)
        }
    }

    /// The first page of all rows, by which a task is counted; the API of today has no others.
    func pageOfToday(_ query: PageQuery, index: Int, size: Int) async throws -> Page {
        let call = Endpoint.page(query, index: index, size: size).call
        guard case .all(let task) = query, index == 1 else {
            throw lacks(call, "has no windows of storage time and no pages")
        }
        let page = try await rows(.all(task: task), behind: "0", size: size)
        return Page(
            total: page.total, rows: page.rows, repaired: page.repaired, serverDate: page.serverDate,
            attempts: page.attempts)
    }

    func lacks(_ call: HTTPCall, _ reason: String) -> APIError {
        context(call).error(
            .wrongAPI, "\(reason) (the account's api is \(dialect.rawValue))",
            hint: dialect == .openAPI
                ? "use `snapshot --source increments`, or a job with `source: increments`"
                : "the API of today has them: https://openapi.octoparse.com with api: openapi")
    }
}

extension APIAnswer {
    /// The longest cursor that is taken, in bytes.
    private static let longestCursor = 256

    /// Reads an answer of rows behind a cursor, which may be asked for again, so that anything odd is refused.
    ///
    /// - Throws: ``APIError/Code/malformed`` where a count or the list is missing, where the list is longer than asked
    ///   for, and where the cursor is none.
    func cursorPage(size: Int, _ context: CallContext, attempts: Int) throws(APIError) -> CursorPage {
        let envelope = try envelope(context)
        guard let total = envelope.total, let rest = envelope.restTotal else {
            throw context.error(.malformed, "sent no total and restTotal")
        }
        guard total >= 0, rest >= 0, !Count.isAbsurd(total), !Count.isAbsurd(rest) else {
            throw context.error(.malformed, "sent a total of \(context.shown(total)) and \(context.shown(rest)) left")
        }
        guard let rows = envelope.rows ?? (total == 0 ? RowBlock() : nil) else {
            throw context.error(.malformed, "sent a total of \(context.shown(total)) and no list of rows")
        }
        guard rows.count <= size else {
            throw context.error(.malformed, "sent \(rows.count) rows where \(size) were asked for")
        }
        guard let next = envelope.offset ?? (rest == 0 && rows.isEmpty ? "0" : nil) else {
            throw context.error(.malformed, "sent no offset to go on from")
        }
        guard !next.isEmpty, next.utf8.count <= Self.longestCursor, next.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else { throw context.error(.malformed, "sent an offset that is none") }
        return CursorPage(
            total: total, restTotal: rest, next: next, rows: rows, repaired: envelope.repaired, serverDate: serverDate,
            attempts: attempts)
    }
}
