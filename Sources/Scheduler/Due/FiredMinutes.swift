import Cron
import Foundation

/// The minutes of wall time that a job fired for, as far as a clock that is set back may show them again.
///
/// A job's latest ``remembered`` minutes are known, and once the clock is set back they are passed over for good.
/// Minutes further back count for nothing: a job of every minute would else be silent for as long as the clock was set
/// back.
struct FiredMinutes: Sendable {
    /// How many of a job's latest minutes are known.
    static let remembered = 10
    /// How many minutes are passed over at most, however often the clock is set back.
    static let mostPassedOver = 100

    /// In the order in which they were fired for, without repetition in a row; minutes since 1970.
    private var latest: [Int] = []
    private var passedOver: Set<Int> = []

    /// The job fired for `date`.
    mutating func note(_ date: Date) {
        let minute = Self.minute(of: date)
        guard latest.last != minute else { return }
        latest.append(minute)
        if latest.count > Self.remembered { latest.removeFirst() }
    }

    /// The clock was set back, and may show those minutes again.
    mutating func clockSetBack() {
        passedOver.formUnion(latest)
        if passedOver.count > Self.mostPassedOver {
            passedOver = Set(passedOver.sorted().suffix(Self.mostPassedOver))
        }
    }

    /// The first firing after `date` for a minute that the job has not fired for.
    ///
    /// - Complexity: O(*n*) steps in the minutes passed over, mostly none.
    func next(of schedule: CronExpression, after date: Date) -> Date? {
        var next = schedule.next(after: date)
        while let found = next, passedOver.contains(Self.minute(of: found)) {
            next = schedule.next(after: Self.start(of: Self.minute(of: found) + 1) - 1)
        }
        return next
    }

    /// The last firing through `now` for a minute that the job has not fired for.
    ///
    /// - Parameter first: such a firing, at or before `now`.
    /// - Complexity: O(*n*) look-ups in the minutes passed over, mostly one.
    func latestFiring(of schedule: CronExpression, from first: Date, through now: Date) -> Date {
        var found = schedule.latestFiring(from: first, through: now)
        while found > first, passedOver.contains(Self.minute(of: found)) {
            found = max(first, schedule.previousFiring(before: Self.start(of: Self.minute(of: found))) ?? first)
        }
        return found
    }

    private static func minute(of date: Date) -> Int {
        Int((date.timeIntervalSince1970 / 60).rounded(.down))
    }

    private static func start(of minute: Int) -> Date {
        Date(timeIntervalSince1970: Double(minute) * 60)
    }
}
