import Foundation
import Logging
import OctoparseAPI
import RowJSON
import Snapshots
import StorageTime
import Synchronization
import Testing

@testable import Operations

/// What is said of an account, its server's clock and its zone.
@Suite struct AccountChecksTests {
    private static let now = Date(timeIntervalSince1970: 1_795_428_000)

    private static func facts(
        zone: String? = "UTC", problem: Problem? = nil, server: Date? = nil, recent: AccountFacts.RecentRows? = nil
    ) throws -> AccountFacts {
        AccountFacts(
            name: "default", host: "h", clock: try StorageClock(zoneNamed: zone), problem: problem, groups: [],
            task: "t", serverDate: server, ourDate: now, recent: recent)
    }

    @Test func refusedCredentialsEndWith77AndAnAnswerIsFine() throws {
        let refused = Problem(.noPermission, code: "credentials-refused", "h refuses u", hint: "check them")
        let found = CredentialsCheck(accounts: [try Self.facts(problem: refused), try Self.facts()], missing: nil)
            .findings()
        #expect(found.map(\.status) == [.noPermission, .done])
        #expect(found.map(\.level) == [.error, .ok])
    }

    @Test func theVendorsOwnCountsAreShownBesideOurs() throws {
        func volumes(_ stored: Int) throws -> AccountFacts {
            var facts = try Self.facts()
            let counts = DayVolumes(from: "2026-11-19", to: "2026-11-20", counted: 5, stored: stored)
            facts.volumes = [.init(task: "t", counts: counts)]
            return facts
        }
        let found = AnalyticsCheck(accounts: [try volumes(5), try volumes(4), try volumes(9)]).findings()
        #expect(found.map(\.level) == [.ok, .warning, .ok])
        #expect(found[1].message.contains("5 rows from 2026-11-19 to 2026-11-20"), "\(found[1].message)")
        #expect(found[1].message.contains("4 rows") && found[1].advice?.contains("--reconcile") == true)
        var refused = try Self.facts()
        let problem = Problem(.noPermission, code: "not-allowed", "h does not allow it")
        refused.volumes = [.init(task: "t", problem: problem)]
        let said = AnalyticsCheck(accounts: [refused]).findings()
        #expect(said.map(\.level) == [.ok] && said[0].message.contains("plan"))
    }

    @Test func noAccountIsSaidAndNoError() {
        let found = CredentialsCheck(
            accounts: [], missing: Problem(.badConfiguration, code: "no-account", "no account is set")
        ).findings()
        #expect(found.map(\.level) == [.warning])
        #expect(found.first?.message.contains("were not looked at") == true)
    }

    @Test(arguments: [
        (0.0, Finding.Level.ok, "agree"), (9, .ok, "agree"), (-9, .ok, "agree"), (90, .warning, "1m 30s ahead of"),
        (-7200, .warning, "2h behind"),
    ])
    func theClocksAreCompared(ahead: Double, level: Finding.Level, says: String) throws {
        let server = Self.now.addingTimeInterval(-ahead - 0.5)
        let found = ClockCheck(accounts: [try Self.facts(server: server)]).findings()
        #expect(found.map(\.level) == [level])
        #expect(found.first?.message.contains(says) == true, "\(found)")
    }

    @Test func aClockThatWasNotSeenIsNotJudged() throws {
        #expect(ClockCheck(accounts: [try Self.facts()]).findings().isEmpty)
    }

    @Test(
        arguments: [
            (nil, nil, Finding.Level.warning, Status.done, "no time_zone"),
            ("UTC", nil, .ok, .done, "not compared"),
            ("UTC", (3, 0, 0), .error, .badConfiguration, "task t has 3 rows in the future"),
            ("UTC", (0, 5, 0), .ok, .done, "agree with it"),
            ("UTC", (0, 0, 5), .warning, .done, "no row of task t is younger than an hour"),
            ("UTC", (0, 0, 0), .ok, .done, "no row within the last day"),
        ] as [(String?, (Int, Int, Int)?, Finding.Level, Status, String)])
    func theZoneIsHeldAgainstTheNewestRows(
        zone: String?, rows: (Int, Int, Int)?, level: Finding.Level, status: Status, says: String
    ) throws {
        let recent = rows.map { AccountFacts.RecentRows(future: $0.0, lastHour: $0.1, dayBefore: $0.2) }
        let found = TimeZoneCheck(accounts: [try Self.facts(zone: zone, recent: recent)]).findings()
        #expect(found.map(\.level) == [level])
        #expect(found.map(\.status) == [status])
        #expect(found.first?.message.contains(says) == true, "\(found)")
    }

    @Test func anAPIWithoutStorageTimeNeedsNoZone() throws {
        var facts = try Self.facts(zone: nil)
        facts.tellsStorageTime = false
        facts.usesKey = true
        #expect(TimeZoneCheck(accounts: [facts]).findings().map(\.level) == [.ok])
        let account = CredentialsCheck(accounts: [facts], missing: nil).findings()
        #expect(account.first?.message.contains("the API key is taken") == true, "\(account)")
    }
}
