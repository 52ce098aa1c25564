import Synchronization

/// What a client has asked of its server so far.
public struct RequestCounts: Sendable, Hashable {
    /// Requests sent, log-ins and retries included.
    public internal(set) var requests = 0
    /// Those of them that repeat a failed one.
    public internal(set) var retries = 0
    /// Bytes of answers, after decompression and without headers.
    public internal(set) var bytesReceived = 0

    public init() {}
}

/// The running count behind ``RequestCounts``, shared by all calls.
final class RequestCounter: Sendable {
    private let counts = Mutex(RequestCounts())

    var snapshot: RequestCounts { counts.withLock { $0 } }

    func countRequest(isRetry: Bool) {
        counts.withLock {
            $0.requests += 1
            if isRetry { $0.retries += 1 }
        }
    }

    func countBytes(_ count: Int) {
        counts.withLock { $0.bytesReceived += count }
    }
}
