/// Why the API could not answer. Messages carry no token, no password and no raw control character.
package struct APIError: Error, Sendable {
    /// The closed list of reasons, used as metric labels and for exit statuses.
    package enum Code: String, Sendable, CaseIterable {
        /// User name and password were refused (`invalid_grant`).
        case credentialsRefused = "credentials-refused"
        /// The access token was refused, and so were those obtained with a refresh and with a log-in.
        case unauthorized
        /// No such task, or another account's.
        case taskUnknown = "task-unknown"
        /// The account's plan does not include what was asked for.
        case notAllowed = "not-allowed"
        /// The host does not speak the API that the account is set to, or lacks a part of it.
        case wrongAPI = "wrong-api"
        /// A page size outside 1 to 1000.
        case pageSize = "page-size"
        /// The server does not take this HTTP method here.
        case wrongMethod = "wrong-method"
        /// Over the account's request rate (429).
        case rateLimited = "rate-limited"
        /// The server says that it failed (`server_error`, or a status of the 500s).
        case serverError = "server-error"
        /// A proxy says that the server cannot be reached (502, 503, 504).
        case unavailable
        /// No connection, or one that broke.
        case network
        /// No connection, no bytes or no whole answer within its limit.
        case timeout
        /// An answer that is no JSON, or whose parts contradict each other.
        case malformed
        /// An answer over the size limit, counted after decompression.
        case tooLarge = "too-large"
        /// The server sends us elsewhere; redirects are never followed.
        case redirectRefused = "redirect-refused"
        /// Plain `http` to another machine, which the account does not allow.
        case insecure
        /// The server's certificate is not trusted, or there is no common TLS version.
        case tls
        /// A setting that cannot work.
        case badConfiguration = "bad-configuration"
        /// An error word or a status that the API does not document.
        case unexpected
    }

    package let code: Code
    /// One sentence for the operator, naming the host and what was asked.
    package internal(set) var message: String
    /// What to try next, when there is something.
    package internal(set) var hint: String?
    /// The error underneath, where it is free of secrets: a ``RowJSONError``, a ``TransportCause``, or what the
    /// account's password source threw.
    package let cause: (any Error)?
    /// How long the server asks us to wait: its own figure, neither floored nor capped. Never negative.
    package internal(set) var retryAfter: Duration?
    /// Whether the same call may succeed later without a change by the operator. The client has by then retried it as
    /// often as its configuration says.
    package let isTransient: Bool
    /// The body of an `unexported` answer that could not be read. Its rows are marked as exported on the server, so
    /// these bytes may be the only copy; nil for every other error.
    package internal(set) var unreadAnswer: [UInt8]?

    /// Whether no byte of the request can have reached the server.
    package internal(set) var isBeforeSending = false

    /// - Parameter isTransient: nil takes the code's usual answer.
    package init(
        _ code: Code, _ message: String, hint: String? = nil, cause: (any Error)? = nil, isTransient: Bool? = nil
    ) {
        self.code = code
        self.message = message
        self.hint = hint
        self.cause = cause
        self.isTransient = isTransient ?? code.isUsuallyTransient
    }

    /// Whether the server certainly did not act on the request, so that even one that cannot be repeated may be sent
    /// again.
    package var isWithoutEffect: Bool {
        isBeforeSending || code == .rateLimited || code == .unauthorized
    }
}

extension APIError.Code {
    var isUsuallyTransient: Bool {
        switch self {
        case .rateLimited, .serverError, .unavailable, .network, .timeout, .malformed: true
        case .credentialsRefused, .unauthorized, .taskUnknown, .notAllowed, .wrongAPI, .pageSize, .wrongMethod,
            .tooLarge, .redirectRefused,
            .insecure, .tls, .badConfiguration, .unexpected:
            false
        }
    }
}

extension APIError: CustomStringConvertible {
    /// The sentence, then the hint.
    package var description: String {
        hint.map { "\(message); \($0)" } ?? message
    }
}
