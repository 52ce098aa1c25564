package import Foundation
package import OctoparseAPI
import RowJSON
package import StorageTime

/// Measures on a real task how its server counts intervals, orders rows and tells time.
///
/// Rows carry no storage time, so a second at which rows are stored is found by counts alone: the quarter of an hour of
/// the newest rows, or an older stretch, is halved towards the denser half. Around that second intervals are counted
/// whose sums differ from convention to convention. Nothing on the server changes.
package struct Probe: Sendable {
    /// What to probe.
    package struct Request: Sendable, Hashable {
        package var task: String
        /// Where rows are known to be stored; nil looks for them.
        package var range: Window?
        /// The most requests made, retries not counted.
        package var requests: Int

        package init(task: String, range: Window? = nil, requests: Int = Self.mostRequests) {
            self.task = task
            self.range = range
            self.requests = requests
        }

        /// Enough for a single row stored at any second since 1990.
        package static let mostRequests = 56
    }

    private let pages: any PageSource
    private let now: @Sendable () -> Date

    package init(pages: any PageSource, now: @escaping @Sendable () -> Date = { Date() }) {
        self.pages = pages
        self.now = now
    }

    /// Asks at most as many requests as allowed, and tells what was seen; also where they did not suffice.
    ///
    /// - Throws: ``OctoparseAPI/APIError``, `CancellationError`.
    package func run(_ request: Request) async throws -> ProbeObservations {
        var walk = ProbeWalk(pages: pages, request: request, now: now())
        do {
            try await walk.run()
        } catch is ProbeWalk.SpentRequests {
            walk.observations.isCutShort = true
        }
        return walk.observations
    }
}
