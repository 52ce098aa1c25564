import HTTPTypes
import NIOCore

/// What is to be sent, before a fault changes how.
struct SandboxAnswer: Sendable {
    var status: HTTPResponse.Status = .ok
    var headers: HTTPFields = [.contentType: SandboxAnswer.json]
    var body: ByteBuffer
    /// Whether the body is gzip already.
    var isCompressed = false

    static let json = "application/json; charset=utf-8"

    init(status: HTTPResponse.Status = .ok, body: ByteBuffer, isCompressed: Bool = false) {
        self.status = status
        self.body = body
        self.isCompressed = isCompressed
    }

    init(status: HTTPResponse.Status = .ok, json: String) {
        self.init(status: status, body: ByteBuffer(string: json))
    }

    init(_ failure: APIFailure, withStatus200: Bool = false) {
        self.init(
            status: withStatus200 && failure.mayComeWithStatus200 ? .ok : failure.status,
            json: failure.body)
    }

    init(_ grant: TokenTable.Grant, numbersAsText: Bool) {
        let quote = numbersAsText ? "\"" : ""
        self.init(
            json: #"{"access_token":"\#(grant.accessToken)","token_type":"bearer","#
                + #""expires_in":\#(quote)\#(grant.lifetime)\#(quote),"refresh_token":"\#(grant.refreshToken)"}"#
        )
        headers[.cacheControl] = "no-cache"
    }
}
