/// What a sandbox has answered so far. Requests to the sandbox's own endpoints do not count.
package struct SandboxStatistics: Sendable, Hashable {
    /// Requests by endpoint, faulted and refused ones included.
    package internal(set) var requests: [SandboxEndpoint: Int] = [:]
    /// Faults played, by kind.
    package internal(set) var faults: [Fault.Kind: Int] = [:]
    /// Tokens given.
    package internal(set) var grants = 0
    /// Rows in pages made, whether they arrived or not.
    package internal(set) var rows = 0
    /// Bytes of bodies made, as compressed as they were sent; of bombs, bytes sent so far.
    package internal(set) var bytes = 0
    /// Pages taken from the cache.
    package internal(set) var cachedPages = 0

    /// All requests.
    package var requestCount: Int { requests.values.reduce(0, +) }

    /// The requests of one endpoint.
    package subscript(endpoint: SandboxEndpoint) -> Int { requests[endpoint, default: 0] }
}

/// The last requests, the oldest forgotten first.
struct RequestLog: Sendable {
    var capacity = 0
    private var requests: [SandboxRequest] = []
    private(set) var lastNumber = 0

    /// Oldest first, at most `capacity`.
    var latest: [SandboxRequest] { Array(requests.suffix(capacity)) }

    mutating func add(_ request: SandboxRequest) {
        lastNumber = request.number
        requests.append(request)
        // Twice the capacity, so that forgetting costs little a request.
        if requests.count > 2 * capacity { requests.removeFirst(requests.count - capacity) }
    }
}
