import Dispatch
import Synchronization

/// Work spread over threads, its results taken in order by the caller's own: for callers that hold a transaction open
/// and so cannot wait in an `async` way.
enum Pipeline {
    /// Transforms elements on up to `width` threads and consumes the results in order, a bounded number ahead.
    ///
    /// An error, of either closure, ends the work once what was begun is done, and is thrown on.
    static func run<Element: Sendable, Result: Sendable>(
        _ elements: some Sequence<Element>, width: Int,
        transform: @escaping @Sendable (Element) throws -> Result, consume: (Result) throws -> Void
    ) throws {
        let queue = DispatchQueue(label: "octovault.pipeline", attributes: .concurrent)
        var pending: [Slot<Result>] = []
        var next = 0
        // Nothing may run on once the caller's transaction is over.
        defer { for slot in pending[next...] { _ = slot.wait() } }
        func consumeOne() throws {
            next += 1
            try consume(pending[next - 1].wait().get())
            if next == 1024 {
                pending.removeFirst(next)
                next = 0
            }
        }
        let limit = DispatchSemaphore(value: max(1, width))
        for element in elements {
            if pending.count - next >= max(1, width) * 8 { try consumeOne() }
            let slot = Slot<Result>()
            pending.append(slot)
            queue.async {
                limit.wait()
                slot.fill(Swift.Result { try transform(element) })
                limit.signal()
            }
        }
        while next < pending.count { try consumeOne() }
    }

    private final class Slot<Value: Sendable>: Sendable {
        private let semaphore = DispatchSemaphore(value: 0)
        private let result = Mutex<Swift.Result<Value, any Error>?>(nil)

        func fill(_ value: Swift.Result<Value, any Error>) {
            result.withLock { $0 = value }
            semaphore.signal()
        }

        func wait() -> Swift.Result<Value, any Error> {
            semaphore.wait()
            return result.withLock { $0 } ?? .failure(CancellationError())
        }
    }
}
