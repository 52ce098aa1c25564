import Catalog
import Dispatch
package import Foundation
import Synchronization

/// Overviews for many who look: read again when something changed, and so seldom that reading takes no more than a
/// tenth of one core, however large the vault and however many look.
///
/// All reading and drawing is done in turn, on one thread of low priority, so that a run has the others.
package final class OverviewCache: Sendable {
    package let reader: OverviewReader
    private let queue = DispatchQueue(label: "octovault.overview", qos: .utility)
    private let now: @Sendable () -> Date

    private struct Kept {
        var overview: VaultOverview?
        var stamp: SnapshotCatalog.Stamp?
        var cost = 0.0
        var readAt = Date.distantPast
        var reading = 0
    }

    private let kept = Mutex(Kept())

    /// Ages and what is open move with the clock: after so many seconds an overview is read again in any case.
    private static let longest = 20.0

    package init(_ reader: OverviewReader, now: @escaping @Sendable () -> Date = { Date() }) {
        self.reader = reader
        self.now = now
    }

    /// Gives an overview that is as new as may be to `body`, on the thread that reads.
    package func with<Result: Sendable>(
        _ body: @escaping @Sendable (VaultOverview) throws -> Result
    ) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            queue.async {
                continuation.resume(with: Swift.Result { try body(self.current()) })
            }
        }
    }

    private func current() throws -> VaultOverview {
        let now = now()
        if let overview = recent(now) { return overview }
        // Two overviews of a large vault at once would take twice the memory.
        let reading = kept.withLock { kept in
            kept.overview = nil
            return kept.reading + 1
        }
        let start = Self.coreTime
        let stamp = reader.stamp()
        var overview = try reader.overview()
        overview.reading = reading
        let cost = max(0, Self.coreTime - start)
        let read = Kept(overview: overview, stamp: stamp, cost: cost, readAt: now, reading: reading)
        kept.withLock { $0 = read }
        return overview
    }

    /// The overview that was read last, where it is new enough.
    private func recent(_ now: Date) -> VaultOverview? {
        let kept = kept.withLock { $0 }
        guard let overview = kept.overview else { return nil }
        let age = abs(now.timeIntervalSince(kept.readAt))
        // What takes a second of a core to read is read every ten seconds at most.
        if age < kept.cost * 10 { return overview }
        let isCurrent = age < Self.longest && kept.stamp != nil && reader.stamp() == kept.stamp
        return isCurrent ? overview : nil
    }

    /// Seconds of a core that this thread has had: on a busy machine less than what passed.
    private static var coreTime: Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
