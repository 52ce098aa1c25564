import Foundation
import Synchronization

/// What time it is, by the earlier of our clock and the server's: a clock that runs ahead must not close a window.
final class ServerNow: Sendable {
    private let clock: @Sendable () -> Date
    /// How far the server's clock is behind ours, in seconds; 0 where it is ahead.
    private let behind = Mutex<TimeInterval>(0)

    init(clock: @escaping @Sendable () -> Date) {
        self.clock = clock
    }

    /// Learns from an answer's `Date` header, which is cut to whole seconds.
    func learn(_ serverDate: Date?) {
        guard let serverDate else { return }
        let lag = clock().timeIntervalSince(serverDate)
        // Below two seconds it is the header's cut and the answer's way, not the clock.
        behind.withLock { $0 = lag < 2 ? 0 : lag }
    }

    var now: Date { corrected(clock()) }

    /// What time it was by the earlier of both clocks, when ours said so, by all that was learnt since.
    func corrected(_ instant: Date) -> Date {
        instant.addingTimeInterval(-behind.withLock { $0 })
    }
}
