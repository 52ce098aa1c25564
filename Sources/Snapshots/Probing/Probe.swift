public import Foundation
public import OctoparseAPI
internal import RowJSON
public import StorageTime

/// Measures on a real task how its server counts intervals, orders rows and tells time.
///
/// Rows carry no storage time, so a second at which rows are stored is found by counts alone: the quarter of an hour of the
/// newest rows, or an older stretch, is halved towards the denser half. Around that second intervals are counted whose
/// sums differ from convention to convention. Nothing on the server changes.
public struct Probe: Sendable {
    /// What to probe.
    public struct Request: Sendable, Hashable {
        public var task: String
        /// Where rows are known to be stored; nil looks for them.
        public var range: Window?
        /// The most requests made, retries not counted.
        public var requests: Int

        public init(task: String, range: Window? = nil, requests: Int = Self.mostRequests) {
            self.task = task
            self.range = range
            self.requests = requests
        }

        /// Enough for a single row stored at any second since 1990.
        public static let mostRequests = 56
    }

    private let pages: any PageSource
    private let now: @Sendable () -> Date

    public init(pages: any PageSource, now: @escaping @Sendable () -> Date = { Date() }) {
        self.pages = pages
        self.now = now
    }

    /// Asks at most as many requests as allowed, and tells what was seen; also where they did not suffice.
    ///
    /// - Throws: ``OctoparseAPI/APIError``, `CancellationError`.
    public func run(_ request: Request) async throws -> ProbeObservations {
        var walk = ProbeWalk(pages: pages, request: request, now: now())
        do {
            try await walk.run()
        } catch is ProbeWalk.SpentRequests {
            walk.observations.isCutShort = true
        }
        return walk.observations
    }
}
