package import Records
package import Secrets

/// How to reach one account's API. Every default is in its initialiser.
package struct APIConfiguration: Sendable {
    /// Scheme, host, and where needed a port and a path prefix. No user information, query or fragment.
    package var baseURL: String
    package var username: String
    /// Whether ``password`` is an API key, which stands for a user and a token.
    package var usesKey: Bool
    package var dialect: APIDialect
    /// Where accounts on one address share its rate; nil shares nothing.
    package var addressRates: AddressRates?
    /// Asked at each log-in, never kept: a password file may change while we run.
    package var password: @Sendable () async throws -> String
    /// Requests a second, log-ins and retries included; 0 is no limit.
    package var requestsPerSecond: Double
    /// Requests that may go out at once after a pause; at least 1.
    package var burst: Int
    /// Whether plain `http` may leave this machine.
    package var allowHTTP: Bool
    /// A PEM file of certificate authorities to trust beside the system's.
    package var caFile: String?
    /// Whether tokens are kept in a file, so that a restart does not log in again.
    package var cachesTokens: Bool
    /// Where the token files lie; nil is `octovault` in the XDG state directory that `environment` names.
    package var tokenCacheDirectory: String?
    /// From the first packet to an open connection, TLS included.
    package var connectTimeout: Duration
    /// Between two bytes of an answer, and before the first.
    package var idleTimeout: Duration
    /// From sending a request to the last byte of its answer; waiting for a turn does not count. Looked at whenever
    /// bytes come: an answer that falls silent ends by `idleTimeout`, which counts as no longer than this.
    package var requestTimeout: Duration
    /// How long an answer may be silent.
    var longestSilence: Duration { min(idleTimeout, requestTimeout) }
    /// The largest answer, in bytes after decompression.
    package var maximumResponseBytes: Int
    /// Times that a request is sent before its transient error is final; at least 1.
    package var maximumAttempts: Int
    /// The longest wait before the second attempt; it doubles with each further one.
    package var backoffBase: Duration
    /// What the doubling stops at.
    package var backoffCap: Duration
    /// The shortest wait after a 429, whatever its `Retry-After` says.
    package var retryAfterFloor: Duration
    /// The longest wait that a `Retry-After` can ask for.
    package var retryAfterCap: Duration
    /// Requests in flight at once; at least 1.
    package var maximumInFlight: Int
    /// Where the proxy variables, `SSL_CERT_FILE`, `XDG_STATE_HOME` and `HOME` are read from.
    package var environment: [String: String]
    /// Where the password and the tokens are added, and what is masked in texts of the server.
    package var secrets: SecretRegistry

    package init(
        baseURL: String = "https://dataapi.octoparse.com",
        username: String,
        password: @escaping @Sendable () async throws -> String,
        requestsPerSecond: Double = 5,
        burst: Int = 5,
        allowHTTP: Bool = false,
        caFile: String? = nil,
        cachesTokens: Bool = true,
        tokenCacheDirectory: String? = nil,
        connectTimeout: Duration = .seconds(10),
        idleTimeout: Duration = .seconds(60),
        requestTimeout: Duration = .seconds(180),
        maximumResponseBytes: Int = 64 << 20,
        maximumAttempts: Int = 6,
        backoffBase: Duration = .milliseconds(500),
        backoffCap: Duration = .seconds(30),
        retryAfterFloor: Duration = .seconds(1),
        retryAfterCap: Duration = .seconds(120),
        maximumInFlight: Int = 8,
        environment: [String: String] = [:],
        secrets: SecretRegistry = SecretRegistry(),
        usesKey: Bool = false,
        dialect: APIDialect = .dataExport,
        addressRates: AddressRates? = nil
    ) {
        self.baseURL = baseURL
        self.username = username
        self.usesKey = usesKey
        self.dialect = dialect
        self.addressRates = addressRates
        self.password = password
        self.requestsPerSecond = requestsPerSecond
        self.burst = burst
        self.allowHTTP = allowHTTP
        self.caFile = caFile
        self.cachesTokens = cachesTokens
        self.tokenCacheDirectory = tokenCacheDirectory
        self.connectTimeout = connectTimeout
        self.idleTimeout = idleTimeout
        self.requestTimeout = requestTimeout
        self.maximumResponseBytes = maximumResponseBytes
        self.maximumAttempts = maximumAttempts
        self.backoffBase = backoffBase
        self.backoffCap = backoffCap
        self.retryAfterFloor = retryAfterFloor
        self.retryAfterCap = retryAfterCap
        self.maximumInFlight = maximumInFlight
        self.environment = environment
        self.secrets = secrets
    }
}

extension APIConfiguration {
    /// - Throws: ``APIError/Code/badConfiguration``, naming the first setting that cannot work.
    func check() throws(APIError) {
        try require(usesKey || !username.isEmpty, "the account's user name is empty")
        try require(!usesKey || dialect == .openAPI, "an API key is for accounts with api: openapi")
        try require(
            requestsPerSecond.isFinite && requestsPerSecond >= 0,
            "requests_per_second is \(requestsPerSecond), but must be 0 (no limit) or more")
        let counts = [("burst", burst), ("maximumAttempts", maximumAttempts), ("maximumInFlight", maximumInFlight)]
        for (name, count) in counts + [("maximumResponseBytes", maximumResponseBytes)] {
            try require(count >= 1, "\(name) is \(count), but must be at least 1")
        }
        let limits = [
            ("connectTimeout", connectTimeout), ("idleTimeout", idleTimeout), ("requestTimeout", requestTimeout),
        ]
        for (name, limit) in limits {
            try require(limit > .zero && limit <= .seconds(86_400), "\(name) is \(limit), but must be 0 to 24 hours")
        }
        let waits = [
            ("backoffBase", backoffBase), ("backoffCap", backoffCap), ("retryAfterFloor", retryAfterFloor),
            ("retryAfterCap", retryAfterCap),
        ]
        for (name, wait) in waits {
            try require(wait >= .zero && wait <= .seconds(86_400), "\(name) is \(wait), but must be 0 to 24 hours")
        }
    }

    private func require(_ condition: Bool, _ message: String) throws(APIError) {
        guard condition else { throw APIError(.badConfiguration, message) }
    }
}
