/// One thing that goes wrong with one request.
public struct Fault: Sendable, Hashable {
    /// The closed list of what can go wrong. ``seconds``, ``status`` and ``text`` say more where a kind takes them.
    public enum Kind: String, Sendable, Hashable, CaseIterable, Codable {
        // In place of an answer, so that the request has no effect:
        /// The connection is reset before a byte is answered.
        case resetBefore = "reset-before"
        /// 401 and `unauthorized`, whatever the token.
        case unauthorized
        /// A token is refused with `invalid_grant`. For the endpoint `token`.
        case grantRefused = "grant-refused"
        /// 429, with `Retry-After: ` and ``Fault/text``, or without where that is nil. The text `date` stands for a date
        /// ``Fault/seconds`` from now.
        case tooManyRequests = "too-many-requests"
        /// `server_error`, at ``Fault/status`` (default 500).
        case serverError = "server-error"
        /// An HTML page of a proxy, at ``Fault/status`` (default 502).
        case proxyError = "proxy-error"
        /// 302 to ``Fault/text`` (default `http://redirect.invalid/`).
        case redirect

        // In time:
        /// The answer comes whole, ``Fault/seconds`` late.
        case latency
        /// Nothing comes for ``Fault/seconds``, then the connection closes.
        case stallBefore = "stall-before"
        /// Half of the body comes, then nothing for ``Fault/seconds``, then the rest.
        case stallWithin = "stall-within"
        /// The body comes in a hundred pieces over ``Fault/seconds``.
        case slowDrip = "slow-drip"

        // On the way:
        /// The connection is reset in the middle of the body.
        case resetWithin = "reset-within"
        /// The whole length is announced, half of it comes, then the connection closes as if all were well.
        case shortBody = "short-body"
        /// The body comes in chunks, its length unannounced.
        case chunked

        // In which rows are answered:
        /// The page before is answered again; page 1 stays itself.
        case pageRepeated = "page-repeated"
        /// Page 1 is answered, whichever was asked for.
        case pageIndexIgnored = "page-index-ignored"
        /// `from` and `to` are not looked at.
        case intervalIgnored = "interval-ignored"
        /// Rows at `from` and rows at `to` are both left out.
        case edgesLeftOut = "edges-left-out"
        /// The page's last row is left out, with rows to come.
        case shortPage = "short-page"

        // In what is said of them:
        /// `currentTotal` is one more than the rows there are.
        case wrongCurrentTotal = "wrong-current-total"
        /// `total` counts the task's rows instead of the query's.
        case totalOfTask = "total-of-task"
        /// `total` counts one row more than there is.
        case totalTooLarge = "total-too-large"
        /// Both totals are text.
        case totalsAsText = "totals-as-text"
        /// The envelope's keys come in another order.
        case keysReordered = "keys-reordered"

        // In how it is written:
        /// The body ends in the middle, its length announced as such.
        case malformedJSON = "malformed-json"
        /// White space between all tokens, rows included.
        case prettyPrinted = "pretty-printed"
        /// A UTF-8 byte-order mark comes first.
        case byteOrderMark = "byte-order-mark"
    }

    public var kind: Kind
    /// A length of time, for the kinds that take one; the defaults are 0.2 for latency, 1 for a date, else 30.
    public var seconds: Double?
    /// An HTTP status, for the kinds that take one.
    public var status: Int?
    /// What `Retry-After` or `Location` says.
    public var text: String?

    public init(_ kind: Kind, seconds: Double? = nil, status: Int? = nil, text: String? = nil) {
        self.kind = kind
        self.seconds = seconds
        self.status = status
        self.text = text
    }
}
