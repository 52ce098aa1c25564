import RowJSON
import Secrets
import StorageTime

extension APIAnswer {
    /// Reads a page that may be asked for again, so that anything odd is refused.
    ///
    /// - Parameter size: the rows asked for.
    /// - Throws: ``APIError/Code/malformed`` where `total` is missing or negative, where the list is longer than asked
    ///   for or than `total`, and where rows are promised without a list.
    func page(size: Int, _ context: CallContext, attempts: Int) throws(APIError) -> Page {
        let envelope = try envelope(context)
        guard let total = envelope.total, total >= 0 else { throw context.error(.malformed, "sent no total") }
        guard !Count.isAbsurd(total) else {
            throw context.error(.malformed, "sent a total of \(total), and nothing has more than \(Count.most) rows")
        }
        guard let rows = envelope.rows ?? (total == 0 ? RowBlock() : nil) else {
            throw context.error(.malformed, "sent a total of \(context.shown(total)) and no list of rows")
        }
        guard rows.count <= size else {
            throw context.error(.malformed, "sent \(rows.count) rows where \(size) were asked for")
        }
        guard rows.count <= total else {
            throw context.error(.malformed, "sent \(rows.count) rows and a total of \(context.shown(total))")
        }
        return Page(
            total: total, rows: rows, repaired: envelope.repaired, serverDate: serverDate, attempts: attempts)
    }

    /// Reads an answer that there is no second one of: whatever rows it holds are taken, whatever its counts say.
    ///
    /// - Throws: the error that the answer stands for; where its rows cannot be read, the error carries the body.
    func unexportedPage(_ context: CallContext, attempts: Int) throws(APIError) -> Page {
        do throws(APIError) {
            let envelope = try envelope(context)
            guard let rows = envelope.rows ?? (envelope.total == 0 ? RowBlock() : nil) else {
                throw context.error(.malformed, "sent no list of rows")
            }
            return Page(
                total: min(max(envelope.total ?? rows.count, 0), Count.most), rows: rows, repaired: envelope.repaired,
                serverDate: serverDate, attempts: attempts)
        } catch {
            guard error.code == .malformed else { throw error }
            var failure = error
            failure.unreadAnswer = body
            throw failure
        }
    }
}
