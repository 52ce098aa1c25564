/// Why a webhook was not delivered. Names the host alone: the rest of the address is a secret.
public struct WebhookError: Error, Sendable, CustomStringConvertible {
    /// The closed list of reasons.
    public enum Code: String, Sendable, CaseIterable {
        /// The address is none that can be posted to.
        case badAddress = "bad-address"
        /// The server answered with another status than 200 to 299.
        case refused
        /// No answer: no connection, a broken one, or none that can be trusted.
        case network
        /// No answer in time.
        case timeout
    }

    public let code: Code
    /// One sentence.
    public let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { message }
}
