/// One thing that goes wrong with one request.
package struct Fault: Sendable, Hashable {
    /// The closed list of what can go wrong; ``summary`` says what each does, ``parameters`` what can be set about it.
    package enum Kind: String, Sendable, Hashable, CaseIterable, Codable {
        // In place of an answer, so that the request has no effect:
        case resetBefore = "reset-before"
        case unauthorized
        case grantRefused = "grant-refused"
        case refreshRefused = "refresh-refused"
        case tooManyRequests = "too-many-requests"
        case rateLimit = "rate-limit"
        case concurrencyLimit = "concurrency-limit"
        case serverError = "server-error"
        case proxyError = "proxy-error"
        case redirect

        // In what the account may do, from the request on:
        case tokenRevoked = "token-revoked"
        case passwordChanged = "password-changed"

        // In time:
        case latency
        case stallBefore = "stall-before"
        case stallWithin = "stall-within"
        case slowDrip = "slow-drip"
        case dateSkewed = "date-skewed"

        // On the way:
        case resetWithin = "reset-within"
        case shortBody = "short-body"
        case chunked
        case noLength = "no-length"
        case gzipUnasked = "gzip-unasked"

        // In which rows are answered:
        case pageRepeated = "page-repeated"
        case pageIndexIgnored = "page-index-ignored"
        case intervalIgnored = "interval-ignored"
        case edgesLeftOut = "edges-left-out"
        case shortPage = "short-page"
        case pageSizeCapped = "page-size-capped"
        case rowsReordered = "rows-reordered"

        // In what is said of them:
        case wrongCurrentTotal = "wrong-current-total"
        case totalOfTask = "total-of-task"
        case totalTooLarge = "total-too-large"
        case totalGrowing = "total-growing"
        case totalShrinking = "total-shrinking"
        case totalsAsText = "totals-as-text"
        case keysReordered = "keys-reordered"

        // In how it is written:
        case malformedJSON = "malformed-json"
        case prettyPrinted = "pretty-printed"
        case byteOrderMark = "byte-order-mark"

        // In how much it is:
        case spacesBomb = "spaces-bomb"
        case gzipBomb = "gzip-bomb"
        case nestingBomb = "nesting-bomb"

        // In cursors:
        case cursorRefused = "cursor-refused"
        case cursorStandsStill = "cursor-stands-still"
        case cursorGoesBack = "cursor-goes-back"
        case cursorStartsOver = "cursor-starts-over"
        case cursorInclusive = "cursor-inclusive"
        case restTotalWrong = "rest-total-wrong"
    }

    package var kind: Kind
    /// A length of time, for the kinds that take one.
    package var seconds: Double?
    /// Most seconds that chance adds to ``seconds``.
    package var jitter: Double?
    /// An HTTP status, for the kinds that take one.
    package var status: Int?
    /// A number of rows, bytes, levels or requests, as the kind takes it.
    package var amount: Int?
    /// What `Retry-After` or `Location` says, and the like.
    package var text: String?

    /// What is nil is the kind's default, as ``Kind/parameters`` tells it. Nothing is checked.
    package init(
        _ kind: Kind, seconds: Double? = nil, jitter: Double? = nil, status: Int? = nil, amount: Int? = nil,
        text: String? = nil
    ) {
        self.kind = kind
        self.seconds = seconds
        self.jitter = jitter
        self.status = status
        self.amount = amount
        self.text = text
    }
}
