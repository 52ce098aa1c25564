import Foundation
import RowJSON

/// A whole HTTP answer, its body decompressed.
struct APIAnswer: Sendable {
    var status: Int
    var body: [UInt8] = []
    var contentType: String?
    var location: String?
    /// From `Retry-After`, unbounded.
    var retryAfter: Duration?
    /// From `Date`.
    var serverDate: Date?

    init(status: Int, body: [UInt8] = []) {
        self.status = status
        self.body = body
    }
}

extension APIAnswer {
    /// The body's envelope, where the answer is a success by its body and by its status.
    ///
    /// The body's `error` is read whatever the status, since a documented error may come with any; the status speaks
    /// where the body does not.
    ///
    /// - Throws: the error that the answer stands for; ``APIError/Code/malformed`` for a success that is no JSON.
    func envelope(_ context: CallContext) throws(APIError) -> Envelope {
        let envelope: Envelope
        do throws(RowJSONError) {
            envelope = try Envelope.parse(body)
        } catch {
            throw failureByStatus(context, word: nil) ?? unreadable(error, context)
        }
        if let failure = failure(envelope, context) { throw failure }
        return envelope
    }

    private func failure(_ envelope: Envelope, _ context: CallContext) -> APIError? {
        let word = envelope.error.flatMap { $0.isEmpty || $0.lowercased() == "success" ? nil : $0 }
        var failure =
            word.flatMap { failureByWord($0, envelope.errorDescription, context) }
            ?? failureByMessage(envelope.message, context)
            ?? failureByStatus(context, word: [word, envelope.errorDescription ?? envelope.message])
        if failure == nil, let word {
            failure = context.error(
                .unexpected, "answered with an error that the API does not document",
                detail: [word, envelope.errorDescription].compactMap(\.self).joined(separator: ": "))
        }
        if failure?.isTransient == true { failure?.retryAfter = retryAfter }
        return failure
    }

    private func failureByWord(_ word: String, _ text: String?, _ context: CallContext) -> APIError? {
        switch word.lowercased().filter({ $0.isLetter || $0 == "_" }) {
        case "unauthorized":
            context.error(.unauthorized, "refuses the access token", detail: text)
        case "taskid_error", "invalidtaskid":
            context.error(
                .taskUnknown, "says that there is no such task, or that it is another account's", detail: text,
                hint: "`octovault tasks` lists the account's tasks")
        case "export_pagesize_error":
            context.error(.pageSize, "refuses the page size", detail: text, hint: "use a page size of 1 to 1000")
        case "server_error", "servererror":
            context.error(.serverError, "failed on its side", detail: text)
        case "toomanyrequests":
            context.error(.rateLimited, "says that requests come too fast", detail: text)
        case "membernotallowed":
            context.error(
                .notAllowed, "says that the account's plan does not allow this", detail: text,
                hint: "the vendor's site says which plans include the API")
        case "invalid_grant", "invalidgrant":
            context.error(.credentialsRefused, "refuses the credentials", detail: text)
        default: nil
        }
    }

    private func failureByMessage(_ message: String?, _ context: CallContext) -> APIError? {
        guard let message, message.lowercased().contains("does not support http method") else { return nil }
        return context.error(.wrongMethod, "refuses the request's method", detail: message)
    }

    private func unreadable(_ error: RowJSONError, _ context: CallContext) -> APIError {
        if body.isEmpty { return context.error(.malformed, "sent an empty answer") }
        let isPage = contentType?.lowercased().hasPrefix("text/html") ?? false
        return context.error(
            .malformed, isPage ? "sent a web page instead of JSON" : "sent an answer that is no sound JSON",
            detail: error.message, cause: context.masked(error))
    }
}
