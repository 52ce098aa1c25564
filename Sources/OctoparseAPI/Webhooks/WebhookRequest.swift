/// A request to an address that is a secret.
package struct WebhookRequest: Sendable {
    package var url: String
    package var method: String
    package var headers: [(name: String, value: String)]
    /// Of a GET, nothing is sent.
    package var body: [UInt8]

    package init(url: String, method: String = "POST", headers: [(name: String, value: String)], body: [UInt8]) {
        self.url = url
        self.method = method
        self.headers = headers
        self.body = body
    }
}
