import Foundation
import Synchronization
import UnixSignals

/// What signals do to a service: the first one drains it, the second cuts it off, the third ends the process.
final class StopSignals: Sendable {
    private struct Received: Sendable {
        var count = 0
        /// What the first one stands for.
        var isInterrupt = false
    }

    private let received = Mutex(Received())
    private let watcher: Mutex<Task<Void, Never>?> = Mutex(nil)

    /// - Parameters:
    ///   - signals: trapped already, so that none is lost.
    ///   - drain: called once, for the first.
    ///   - cut: called once, for the second.
    ///   - end: called for any further one.
    init<Signals: AsyncSequence & Sendable>(
        _ signals: Signals, drain: @escaping @Sendable () async -> Void, cut: @escaping @Sendable () -> Void,
        end: @escaping @Sendable (ExitStatus) -> Void = { Foundation.exit($0.rawValue) }
    ) where Signals.Element == UnixSignal, Signals.Failure == Never {
        let task = Task { [self] in
            for await signal in signals {
                switch count(signal) {
                case 1: await drain()
                case 2: cut()
                default: end(status)
                }
            }
        }
        watcher.withLock { $0 = task }
    }

    /// Listens no more.
    func cancel() {
        watcher.withLock { $0?.cancel() }
    }

    /// What the process ends with: 0 drained by SIGTERM, 143 cut off by it, 130 by SIGINT either way.
    var status: ExitStatus {
        received.withLock { received in
            if received.isInterrupt { return .interrupted }
            return received.count > 1 ? .terminated : .done
        }
    }

    private func count(_ signal: UnixSignal) -> Int {
        received.withLock { received in
            if received.count == 0 { received.isInterrupt = signal == .sigint }
            received.count += 1
            return received.count
        }
    }
}
