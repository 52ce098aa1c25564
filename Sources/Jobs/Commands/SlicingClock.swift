/// A clock whose long sleeps are rows of short ones, so that a sleep that is cancelled leaves nothing behind for long.
///
/// The library keeps a cancelled sleep until the time at which it was to end: about 740 bytes each, measured with Swift
/// 6.3 on Linux. Each run of a job cancels one, its time limit of half an hour. With short ones at most ``slice`` of
/// them are kept. (A timer source of Dispatch in their place leaves about 90 bytes for good.)
package struct SlicingClock<Base: Clock>: Clock where Base.Duration == Duration {
    package typealias Instant = Base.Instant

    private let base: Base
    /// The longest sleep that is asked for at once.
    private let slice: Duration

    /// - Parameter slice: above zero; ten seconds cost a wait of hours next to nothing.
    package init(_ base: Base, slice: Duration = .seconds(10)) {
        self.base = base
        self.slice = slice
    }

    package var now: Instant { base.now }
    package var minimumResolution: Duration { base.minimumResolution }

    package func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        while base.now.advanced(by: slice) < deadline {
            try await base.sleep(until: base.now.advanced(by: slice), tolerance: tolerance)
        }
        try await base.sleep(until: deadline, tolerance: tolerance)
    }
}

extension SlicingClock where Base == ContinuousClock {
    package init() { self.init(ContinuousClock()) }
}
