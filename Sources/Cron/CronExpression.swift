package import Foundation

/// When a job fires: a cron expression, read once, that answers with the next firing in well under a microsecond.
///
/// **Fields.** `minute hour day-of-month month day-of-week`, or six with `second` in front. A field is a list, with
/// commas, of `*`, `5`, `1-5`, `22-2` (around the end), `*/15`, `0-30/10`, `5/15` (from 5 on), names (`JAN`, `MON`),
/// and `H`, `H(0-29)`, `H/15`, `H(0-29)/10`. Days of the month also take `?`, `L` (the last), `L-3` (three days before
/// it), `15W` (the working day nearest to the 15th, in the same month), `LW`, `L-3W`; days of the week take `?`, `5L`
/// or `FRIL` (the last Friday) and `MON#2` (the second Monday). Sunday is 0 and 7.
///
/// **Days.** With both day fields restricted a day fits that fits either, as in cron; a field that begins with `*`,
/// `*/2` included, is unrestricted, and then a day has to fit both.
///
/// **Shorthands.** `@yearly`, `@annually`, `@monthly`, `@weekly`, `@daily`, `@midnight`, `@hourly`; `@every 90m` fires
/// at the multiples of 90 minutes since 1970-01-01T00:00:00Z, in every zone, so that a restart does not shift it.
///
/// **Zone.** `CRON_TZ=Europe/Berlin` or `TZ=Europe/Berlin` in front wins over the zone given.
///
/// **Clock changes**, after cronie. A schedule whose minute or hour field begins with `*`, as in `*/5 2 * * *`, fires
/// whenever the wall clock shows a time that fits: nothing in a skipped hour, twice in a repeated one. Any other
/// schedule names its times, and keeps every firing once: what falls in skipped time fires once right after it, and of
/// repeated times the first counts. The field of seconds, which cronie has not, makes no difference.
///
/// **Range.** Firings lie in the years 1970 to 2200, UTC.
package struct CronExpression: Sendable, Hashable {
    /// The expression as it was given.
    package let text: String
    /// The zone whose wall clock counts: the one in the expression, else the one given.
    package let timeZone: TimeZone
    private let schedule: Schedule
    private let offsets: ZoneOffsets

    /// What the text says, when read.
    enum Schedule: Sendable, Hashable {
        case every(seconds: Int)
        case wall(WallSchedule)
    }

    /// Reads an expression.
    ///
    /// - Parameters:
    ///   - jobName: what `H` draws its values from; without `H` it has no effect.
    ///   - timeZone: the zone of an expression that names none. UTC by default.
    /// - Throws: ``CronError/Code/syntax`` for a text past ``longestText``, the first mistake from the left, or
    ///   ``CronError/Code/neverFires`` for a day that no year has.
    package init(_ text: String, jobName: String = "", timeZone: TimeZone = .gmt) throws(CronError) {
        guard text.utf8.count <= Self.longestText else {
            throw CronError(
                .syntax, "the schedule is longer than \(Self.longestText) bytes",
                hint: "write ranges and steps, as 0-59/5")
        }
        var parser = ExpressionParser(text, jobName: jobName)
        let zone = try parser.zone() ?? timeZone
        schedule = try parser.schedule()
        offsets = ZoneOffsets.of(zone)
        self.text = text
        self.timeZone = zone
    }

    /// The longest text read, in bytes: every minute, hour, day and month by its number and name takes less.
    package static let longestText = 1000

    /// The first firing after `date`, on a whole second; nil where there is none before the year 2201.
    ///
    /// A date before 1970 gives the first firing of 1970.
    ///
    /// - Complexity: O(1) for schedules that fire every year; a rarer one costs a few instructions for each year passed
    ///   over, of which there are at most 40. Changes of clocks in between cost nothing.
    package func next(after date: Date) -> Date? {
        let covered = ZoneOffsets.covered
        let seconds = date.timeIntervalSince1970.rounded(.down) + 1
        guard seconds < Double(covered.upperBound) else { return nil }
        let instant = max(Int(max(seconds, 0)), covered.lowerBound)
        return firing(atOrAfter: instant).map { Date(timeIntervalSince1970: Double($0)) }
    }

    /// All firings after `date`, in order, without end but the year 2200's.
    package func firings(after date: Date) -> some Sequence<Date> & Sendable {
        CronFirings(expression: self, last: date)
    }

    private func firing(atOrAfter instant: Int) -> Int? {
        switch schedule {
        case .every(let seconds):
            let next = (instant + seconds - 1) / seconds * seconds
            return ZoneOffsets.covered.contains(next) ? next : nil
        case .wall(let wall):
            return next(of: wall, atOrAfter: instant)
        }
    }

    /// Walks the spans of one offset, and passes over those that end before the next wall time that fits. With fixed
    /// times each span takes up where the wall clock had got to in the one before: skipped times are then the first of
    /// the new span, and repeated ones lie behind.
    private func next(of wall: WallSchedule, atOrAfter instant: Int) -> Int? {
        var instant = instant
        var index = offsets.index(at: instant)
        // Nothing that is still to come fits before this wall time.
        var found = Int.min
        while instant < ZoneOffsets.covered.upperBound {
            let span = offsets[index]
            var start = instant + span.offset
            if !wall.followsWallClock {
                start = instant == span.start ? span.wallReached : max(start, span.wallReached)
            }
            if start > found { found = wall.next(atOrAfter: start) ?? .max / 2 }
            if found < span.wallEnd {
                let firing = max(found - span.offset, instant)
                return firing < ZoneOffsets.covered.upperBound ? firing : nil
            }
            guard span.end < ZoneOffsets.covered.upperBound else { return nil }
            if wall.followsWallClock, offsets[index + 1].wallStart < start {
                // The clock is put back, and shows again what lies before `start`.
                found = .min
                index += 1
            } else {
                index = offsets.index(after: index, reaching: found)
            }
            instant = offsets[index].start
        }
        return nil
    }
}

extension CronExpression: CustomStringConvertible {
    package var description: String { text }
}
