import Cron
import Foundation
import TestSupport
import Testing

/// Some seeds that stay, and one that is new in every run; the failing one is shown as the test's argument.
private let seeds: [UInt64] = Sampling.quick(1, of: 1...5) + [.random(in: 1_000...(.max))]

private let zones = [
    "UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo", "Pacific/Apia",
    "Asia/Kathmandu", "Africa/Casablanca", "America/Havana", "Antarctica/Troll", "Europe/Moscow", "Asia/Gaza",
    "Pacific/Chatham", "America/Caracas", "Asia/Pyongyang", "Antarctica/Vostok", "Europe/Dublin",
]

/// Walks through time tick by tick and asks at each whether the schedule fires: slow, and plain enough to be believed.
private struct Oracle {
    let schedule: RandomSchedule
    let zone: TimeZone
    /// In seconds: 60 for schedules without seconds.
    let tick: Int

    /// The firings in `from ..< to`.
    func firings(from: Int, to: Int) -> [Int] {
        // Eight hours ahead is more than any of these clocks was put back: what repeats has been seen before.
        let lead = max(8 * 3600, tick)
        var reached = wall(from - lead)
        var firings: [Int] = []
        for instant in stride(from: from - lead + tick, to: to, by: tick) {
            let now = wall(instant)
            // Of what lies between the furthest wall time so far and now, all but now was skipped.
            let isDue =
                schedule.followsWallClock
                ? schedule.fits(now)
                : stride(from: reached + tick, through: now, by: tick).contains(where: schedule.fits)
            reached = max(reached, now)
            if isDue, instant >= from { firings.append(instant) }
        }
        return firings
    }

    private func wall(_ instant: Int) -> Int {
        instant + zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(instant)))
    }
}

/// Every day that schedules cover, in whatever zone, at midnight.
private let coveredDays = stride(from: -86_400, to: 7_289_654_400 + 86_400, by: 86_400).map { WallTime($0) }

/// A random instant, on a whole tick, mostly within two days before clocks change.
private func start(in zone: TimeZone, tick: Int, lead: Int, using random: inout SeededGenerator) -> Int {
    let any = random.number(86_400...7_200_000_000) / tick * tick
    guard random.chance(80),
        let change = zone.nextDaylightSavingTimeTransition(after: Date(timeIntervalSince1970: Double(any)))
    else { return any }
    let instant = Int(change.timeIntervalSince1970)
    return instant < 7_200_000_000 ? (instant - random.number(0...lead)) / tick * tick : any
}

private func agree(_ schedule: RandomSchedule, zone name: String, from: Int, length: Int, tick: Int) throws {
    let zone = try #require(TimeZone(identifier: name))
    let expression: CronExpression
    do {
        expression = try CronExpression(schedule.text, timeZone: zone)
    } catch {
        // No day fits: the oracle has to find none either.
        #expect(error.code == .neverFires, "\(schedule.text)")
        let days = stride(from: 0, to: 28 * 366 * 86_400, by: 86_400)
        #expect(!days.contains(where: schedule.fitsDay), "\(schedule.text)")
        return
    }
    let expected = Oracle(schedule: schedule, zone: zone, tick: tick).firings(from: from, to: from + length)
    let end = Date(timeIntervalSince1970: Double(from + length))
    let actual = expression.firings(after: Date(timeIntervalSince1970: Double(from - 1))).prefix { $0 < end }
    #expect(
        show(Array(actual), in: name) == show(expected.map { Date(timeIntervalSince1970: Double($0)) }, in: name),
        "\(schedule.text) in \(name) from \(from)")
}

@Test(arguments: seeds)
func nextAgreesWithAWalkThroughEveryMinute(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<Sampling.quick(3, else: 12) {
        let schedule = RandomSchedule(withSeconds: false, using: &random)
        let name = try #require(zones.randomElement(using: &random))
        let zone = try #require(TimeZone(identifier: name))
        let from = start(in: zone, tick: 60, lead: 40 * 3600, using: &random)
        try agree(schedule, zone: name, from: from, length: 60 * 3600, tick: 60)
    }
}

@Test(arguments: seeds)
func nextAgreesWithAWalkThroughEverySecond(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed &+ 1 << 20)
    // Monrovia moved by 44 minutes and 30 seconds, at 1972-01-07T00:44:30Z.
    try agree(
        RandomSchedule(withSeconds: true, using: &random), zone: "Africa/Monrovia", from: 63_590_000, length: 7200,
        tick: 1)
    let schedule = RandomSchedule(withSeconds: true, using: &random)
    let name = try #require(zones.randomElement(using: &random))
    let zone = try #require(TimeZone(identifier: name))
    let from = start(in: zone, tick: 1, lead: 5000, using: &random)
    try agree(schedule, zone: name, from: from, length: 9000, tick: 1)
}

@Test(arguments: seeds)
func nextAgreesWithAWalkThroughEveryDayOfManyYears(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed &+ 2 << 20)
    for _ in 0..<Sampling.quick(2, else: 8) {
        let schedule = RandomSchedule(withSeconds: false, daysOnly: true, using: &random)
        let from = random.number(1...65_000) * 86_400
        try agree(schedule, zone: "UTC", from: from, length: 12 * 366 * 86_400, tick: 86_400)
    }
}

/// Days and hours that clock changes of these zones leave alone: noon is noon.
private let zonesWithNoons = [
    "UTC", "Europe/Berlin", "America/New_York", "America/Sao_Paulo", "Asia/Kathmandu", "Pacific/Chatham",
]

@Test(arguments: seeds)
func aRareScheduleFindsWhatAWalkThroughEveryDayFrom1970To2200Finds(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed &+ 3 << 20)
    for _ in 0..<Sampling.number(4, of: 8) {
        let schedule = RandomSchedule(rareAtHour: 12, using: &random)
        let name = try #require(zonesWithNoons.randomElement(using: &random))
        let zone = try #require(TimeZone(identifier: name))
        let expected = coveredDays.indices.filter { schedule.fitsDay(coveredDays[$0]) }
            .map { noon(ofDay: $0 - 1, in: zone) }.filter { 0..<7_289_654_400 ~= $0 }
        do {
            let expression = try CronExpression(schedule.text, timeZone: zone)
            let actual = expression.firings(after: .distantPast).map { Int($0.timeIntervalSince1970) }
            #expect(actual == expected, "\(schedule.text) in \(name)")
            // From anywhere in between, not only from one firing to the next.
            for _ in 0..<20 {
                let instant = random.number(0...7_289_654_400)
                let next = expression.next(after: Date(timeIntervalSince1970: Double(instant)))
                #expect(
                    next.map { Int($0.timeIntervalSince1970) } == expected.first { $0 > instant },
                    "\(schedule.text) in \(name) after \(instant)")
            }
        } catch {
            #expect(error.code == .neverFires && expected.isEmpty, "\(schedule.text) in \(name)")
        }
    }
}

private func noon(ofDay day: Int, in zone: TimeZone) -> Int {
    let wall = day * 86_400 + 43_200
    func instant(near guess: Int) -> Int {
        wall - zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(guess)))
    }
    return instant(near: instant(near: wall))
}

@Test(arguments: seeds)
func aScheduleOfOneDayAYearMissesNothingWhereClocksChangeOnThatDay(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed &+ 4 << 20)
    for _ in 0..<12 {
        let name = try #require(zones.randomElement(using: &random))
        let zone = try #require(TimeZone(identifier: name))
        let from = start(in: zone, tick: 60, lead: 3 * 3600, using: &random)
        let wall = from + zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(from)))
        let schedule = RandomSchedule(on: WallTime(wall), using: &random)
        try agree(schedule, zone: name, from: from, length: 40 * 3600, tick: 60)
    }
}
