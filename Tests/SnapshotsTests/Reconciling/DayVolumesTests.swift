import Archive
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import OctoparseAPI
@testable import Snapshots

/// The vendor's own counts of rows a day, beside the increments.
@Suite struct DayVolumesTests {
    /// Counts so many rows for each day of a list.
    private final class Analytics: VolumeSource {
        let days: [DayVolume]
        let asked = Mutex<[String]>([])

        init(_ days: [DayVolume]) { self.days = days }

        func volumes(task: String, from: String, to: String) async throws -> [DayVolume] {
            asked.withLock { $0.append("\(from) to \(to)") }
            return days
        }
    }

    private static let day = 86_400.0
    /// The fixture's clock begins on 2026-11-18.
    private static let start = Date(timeIntervalSince1970: 1_795_000_000)

    private func volumes(_ fixture: IncrementFixture, _ analytics: Analytics, after days: Double) async throws
        -> DayVolumes?
    {
        try await DayVolumes.of(
            TaskID("t"), analytics, in: fixture.vault, host: "host", now: Self.start.addingTimeInterval(days * Self.day)
        )
    }

    @Test func wholeDaysSinceTheFirstIncrementAreCompared() async throws {
        let fixture = try IncrementFixture(CursorServer(numbered(0..<9)))
        _ = try await fixture.run()
        let first = UTCTime.dateText(Self.start)
        let next = UTCTime.dateText(Self.start.addingTimeInterval(Self.day))
        let last = UTCTime.dateText(Self.start.addingTimeInterval(2 * Self.day))
        let analytics = Analytics([
            DayVolume(day: first, rows: 9), DayVolume(day: next, rows: 3), DayVolume(day: last, rows: 2),
        ])
        for days in [0.0, 1] { #expect(try await volumes(fixture, analytics, after: days) == nil) }
        #expect(analytics.asked.withLock { $0.isEmpty }, "no whole day has passed")
        let found = try #require(try await volumes(fixture, analytics, after: 3))
        #expect(found.from == next && found.to == last && found.counted == 5 && found.stored == 0 && found.isShort)
        let late = try #require(try await volumes(fixture, analytics, after: 400))
        #expect(late.counted == 0, "days that were not asked for count for nothing")
    }

    @Test func anotherHostsIncrementsCountForNothing() async throws {
        let fixture = try IncrementFixture(CursorServer(numbered(0..<9)))
        _ = try await fixture.run()
        let found = try await DayVolumes.of(
            TaskID("t"), Analytics([]), in: fixture.vault, host: "other",
            now: Self.start.addingTimeInterval(3 * Self.day))
        #expect(found == nil)
    }
}
