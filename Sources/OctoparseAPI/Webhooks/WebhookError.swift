/// Why a webhook was not delivered. Names the host alone: the rest of the address is a secret.
package struct WebhookError: Error, Sendable, CustomStringConvertible {
    /// The closed list of reasons.
    package enum Code: String, Sendable, CaseIterable {
        /// The address is none that can be posted to.
        case badAddress = "bad-address"
        /// The server answered with another status than 200 to 299.
        case refused
        /// No answer: no connection, a broken one, or none that can be trusted.
        case network
        /// No answer in time.
        case timeout
    }

    package let code: Code
    /// One sentence.
    package let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}
