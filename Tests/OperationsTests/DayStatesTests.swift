import Foundation
import Records
import StorageTime
import Testing

@testable import Catalog
@testable import Operations
@testable import Vault

/// Each day of a strip has the word for the worst of what it holds.
@Suite struct DayStatesTests {
    private static func window(_ from: String, _ to: String) throws -> Window {
        try Window(from: StorageInstant(parsing: from), to: StorageInstant(parsing: to))
    }

    private static func status(
        covered: [(String, String)], empty: [(String, String)] = [], unproven: [(String, String)] = [],
        pruned: [(String, String)] = [], open: String = "2026-11-09"
    ) throws -> TaskStatus {
        func set(_ windows: [(String, String)]) throws -> WindowSet {
            WindowSet(try windows.map { try window($0.0, $0.1) })
        }
        var status = SeriesStatus(series: Series(task: "t", source: .storageTime, host: "h"))
        status.covered = try set(covered)
        (status.empty, status.unproven, status.pruned) = (try set(empty), try set(unproven), try set(pruned))
        return TaskStatus(status, openFrom: try StorageInstant(parsing: open))
    }

    /// Ten days from the first of November.
    private func words(_ status: TaskStatus, behind: Int = 0) throws -> String {
        let letters: [DayState: String] = [
            .before: "-", .sealed: "s", .empty: "e", .unproven: "u", .missing: "M", .open: "o", .pruned: "p",
        ]
        let days = DayStates(
            of: status, from: try StorageInstant(parsing: "2026-11-01"), count: 10, behind: behind)
        #expect(days.stretches.reduce(0) { $0 + $1.count } == 10)
        return days.states.map { letters[$0] ?? "?" }.joined()
    }

    @Test func aWholeTaskIsSealedToWhatIsOpen() throws {
        #expect(try words(Self.status(covered: [("2026-11-03", "2026-11-09")])) == "--ssssssoo")
        #expect(try words(Self.status(covered: [("2026-11-03", "2026-11-08 12:00:00")])) == "--ssssssoo")
    }

    @Test func whatIsMissingComesBeforeAllElse() throws {
        let covered = [
            ("2026-11-02", "2026-11-04 06:00:00"), ("2026-11-04 07:00:00", "2026-11-06"), ("2026-11-07", "2026-11-09"),
        ]
        #expect(
            try words(Self.status(covered: covered, unproven: [("2026-11-04 08:00:00", "2026-11-04 09:00:00")]))
                == "-ssMsMssoo")
    }

    @Test func emptyIsADayWithNothingElse() throws {
        let empty = [("2026-11-03", "2026-11-05"), ("2026-11-06 12:00:00", "2026-11-07")]
        #expect(try words(Self.status(covered: [("2026-11-01", "2026-11-09")], empty: empty)) == "sseessssoo")
        let first = [("2026-11-02 12:00:00", "2026-11-03")]
        #expect(try words(Self.status(covered: [("2026-11-02 12:00:00", "2026-11-09")], empty: first)) == "-essssssoo")
    }

    @Test func unprovenAndPrunedAreTold() throws {
        #expect(
            try words(
                Self.status(
                    covered: [("2026-11-01", "2026-11-09")], unproven: [("2026-11-05 03:00:00", "2026-11-05 04:00:00")],
                    pruned: [("2026-11-01", "2026-11-03")])) == "ppssusssoo")
    }

    @Test func whatShouldHaveBeenTakenByNowIsMissing() throws {
        let status = try Self.status(covered: [("2026-11-01", "2026-11-05")])
        #expect(try words(status) == "ssssoooooo")
        #expect(try words(status, behind: 2 * 86_400) == "ssssMMoooo")
        #expect(try words(Self.status(covered: [])) == "--------oo")
    }
}

@Suite struct OverviewVerdictTests {
    private func sentence(_ change: (inout OverviewVerdict.Facts) throws -> Void) rethrows -> String {
        var facts = OverviewVerdict.Facts()
        (facts.tasks, facts.windowed) = (40, 40)
        facts.today = StorageInstant(year: 2026, month: 11, day: 28, hour: 10, minute: 20)
        let ten = StorageInstant(year: 2026, month: 11, day: 28, hour: 10) ?? .earliest
        facts.coveredTo = ten...ten
        try change(&facts)
        let verdict = OverviewVerdict(facts)
        return "\(verdict.level): \(verdict.sentence)"
    }

    @Test func theSentenceSaysWhatMattersMost() throws {
        #expect(sentence { _ in } == "good: All 40 tasks are covered to 10:00. Nothing is missing.")
        #expect(
            sentence {
                $0.tasks = 1; $0.windowed = 1
            } == "good: The one task is covered to 10:00. Nothing is missing.")
        #expect(
            sentence { facts in
                let early = StorageInstant(year: 2026, month: 11, day: 27, hour: 23) ?? .earliest
                facts.coveredTo = early...(facts.coveredTo?.upperBound ?? early)
            } == "good: All 40 tasks are covered to 2026-11-27 23:00 or later. Nothing is missing.")
        #expect(
            sentence { ($0.withGaps, $0.gapSeconds, $0.expiresIn) = (2, 7200, 3 * 86_400 + 60) }
                == "bad: 2 of 40 tasks have gaps; the oldest of their rows may expire in 3 days.")
        #expect(
            sentence { ($0.withGaps, $0.gapSeconds, $0.expiresIn) = (1, 7200, -5) }
                == "bad: 1 of 40 tasks has gaps; the oldest of their rows may have expired.")
        #expect(
            sentence { ($0.withGaps, $0.gapSeconds) = (2, 7200) } == "bad: 2 of 40 tasks have gaps, 2h in all.")
        #expect(sentence { $0.damagedSnapshots = 1 } == "bad: 1 snapshot of 40 tasks is damaged.")
        #expect(
            sentence { ($0.behind, $0.mostBehind) = (3, 90_000) }
                == "late: 3 of 40 tasks are behind, by up to 1d 1h. Nothing is missing before that.")
        #expect(
            sentence { $0.troubledJobs = ["shop"] }
                == "late: All 40 tasks are covered to 10:00. Job shop did not end well the last time.")
        #expect(sentence { $0.tasks = 0 } == "late: The vault holds nothing yet.")
        #expect(
            sentence { $0.windowed = 38 }
                == "good: 38 tasks are covered to 10:00, 2 tasks by captures. Nothing is missing.")
        #expect(
            sentence { ($0.windowed, $0.coveredTo) = (0, nil) }
                == "good: All 40 tasks have their captures. Nothing is missing.")
    }
}
