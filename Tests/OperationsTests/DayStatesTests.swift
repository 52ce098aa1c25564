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
