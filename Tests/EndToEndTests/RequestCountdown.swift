import Synchronization

/// Calls once, at the *n*th request.
final class RequestCountdown: Sendable {
    private let left: Mutex<Int>
    private let reached: @Sendable () -> Void

    init(_ requests: Int, reached: @escaping @Sendable () -> Void) {
        left = Mutex(requests)
        self.reached = reached
    }

    func count() {
        let isReached = left.withLock { left in
            left -= 1
            return left == 0
        }
        if isReached { reached() }
    }
}
