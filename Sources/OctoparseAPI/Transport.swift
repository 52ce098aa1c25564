/// One request as it goes over the wire.
struct WireRequest: Sendable {
    var url: String
    /// A POST's body as a form.
    var form: String?
    /// A POST's body as JSON; with neither, a request is a GET unless it says that it is a POST.
    var json: String?
    /// The access token.
    var bearer: String?
    /// The API key.
    var key: String?
    var isPost = false
    /// Whether the request needs a connection of its own: one from the pool may be closed by the server just as it is
    /// used, and then nobody knows whether the request arrived.
    var needsFreshConnection = false
}

/// Sends one request and collects its answer, once: retries, rates and meanings are others' business.
protocol Transport: Sendable {
    /// - Throws: ``TransportFailure``, or `CancellationError`.
    func send(_ request: WireRequest) async throws -> APIAnswer

    /// Closes all connections. No request may be sent afterwards.
    func shutdown() async throws
}

/// Why no whole answer came.
struct TransportFailure: Error, Sendable {
    let code: APIError.Code
    /// Continues "host, asked for subject, …".
    let reason: String
    /// What the library underneath says.
    var detail: String?
    var hint: String?
    /// Nil is the code's usual answer.
    var isTransient: Bool?
    /// Whether no byte of the request can have reached the server.
    var isBeforeSending = false

    func error(_ context: CallContext) -> APIError {
        var error = context.error(
            code, reason, detail: detail, hint: hint,
            cause: detail.map { TransportCause(description: ServerText.clean($0, context.secrets)) },
            isTransient: isTransient)
        error.isBeforeSending = isBeforeSending
        return error
    }
}

/// What a network library said, as text free of secrets.
package struct TransportCause: Error, Sendable, Hashable, CustomStringConvertible {
    package let description: String
}
