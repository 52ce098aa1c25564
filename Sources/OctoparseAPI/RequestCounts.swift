import Synchronization

/// What a client has asked of its server so far.
package struct RequestCounts: Sendable, Hashable {
    /// Requests sent, log-ins and retries included.
    package internal(set) var requests = 0
    /// Those of them that repeat a failed one.
    package internal(set) var retries = 0
    /// Bytes of answers, after decompression and without headers.
    package internal(set) var bytesReceived = 0

    package init() {}

    mutating func add(requests: Int, retries: Int, bytes: Int) {
        self.requests += requests
        self.retries += retries
        bytesReceived += bytes
    }
}

/// The running count behind ``RequestCounts``, shared by all calls.
final class RequestCounter: Sendable {
    private let counts = Mutex(RequestCounts())

    var snapshot: RequestCounts { counts.withLock { $0 } }

    func countRequest(isRetry: Bool) {
        count(requests: 1, retries: isRetry ? 1 : 0)
    }

    func countBytes(_ count: Int) {
        self.count(bytes: count)
    }

    private func count(requests: Int = 0, retries: Int = 0, bytes: Int = 0) {
        counts.withLock { $0.add(requests: requests, retries: retries, bytes: bytes) }
        RequestMeter.current?.count(requests: requests, retries: retries, bytes: bytes)
    }
}

/// Counts the requests of one piece of work, apart from those of others that share its client.
///
/// What the work asks for counts, in its child tasks as well, whatever becomes of it; a log-in counts for whoever
/// needed it first.
package final class RequestMeter: Sendable {
    @TaskLocal static var current: RequestMeter?

    private let counts = Mutex(RequestCounts())

    package init() {}

    /// What was counted so far.
    package var requests: RequestCounts { counts.withLock { $0 } }

    /// Runs `work`, and counts what it asks for.
    package func measure<Result: Sendable>(_ work: @Sendable () async throws -> Result) async rethrows -> Result {
        try await Self.$current.withValue(self) { try await work() }
    }

    fileprivate func count(requests: Int, retries: Int, bytes: Int) {
        counts.withLock { $0.add(requests: requests, retries: retries, bytes: bytes) }
    }
}
