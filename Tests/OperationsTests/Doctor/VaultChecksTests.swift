import Archive
import Foundation
import Jobs
import Records
import StorageTime
import TestSupport
import Testing

@testable import Catalog
@testable import Vault
@testable import Operations

/// What is said of the disk, of permissions, of coverage and of what is about to expire.
@Suite struct VaultChecksTests {
    @Test(
        arguments: [
            (1 << 20, nil, nil, Finding.Level.error, "1.0 MiB left"),
            (1 << 40, 10, nil, .error, "10 more files"),
            (1 << 40, 1 << 20, nil, .ok, "no forecast"),
            (1 << 40, nil, 1 << 30, .ok, "1,024 days at 1.0 GiB a day"),
            (10 << 30, nil, 1 << 30, .warning, "10 days"),
            (1 << 29, nil, 1 << 30, .error, "12 hours"),
            (1 << 50, nil, 1 << 20, .ok, "more than ten years"),
        ] as [(Int, Int?, Int?, Finding.Level, String)])
    func theDisksRoomIsForecast(free: Int, files: Int?, daily: Int?, level: Finding.Level, says: String) {
        let growth = daily.map { VaultGrowth(bytes: $0 * 3, seconds: 3 * 86_400) }
        let found = DiskCheck(free: free, freeFiles: files, growth: growth).findings()
        #expect(found.map(\.level) == [level])
        #expect(found.first?.message.contains(says) == true, "\(found)")
        #expect(found.first?.status == (level == .error ? .cannotWrite : .done))
    }

    @Test(
        arguments: [
            (0o600, PermissionsCheck.Wish.secret, true), (0o640, .secret, false), (0o604, .secret, false),
            (0o644, .guarded, true), (0o664, .guarded, false), (0o646, .guarded, false),
        ] as [(mode_t, PermissionsCheck.Wish, Bool)])
    func filesAreAsOpenAsTheyMustBeAndNoMore(mode: mode_t, wish: PermissionsCheck.Wish, isFine: Bool) throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/file"
        try Data().write(to: URL(fileURLWithPath: path))
        #expect(chmod(path, mode) == 0)
        let found = PermissionsCheck(vault: folder.path, places: [.init(path: path, what: "the file", wish: wish)])
            .findings()
        #expect(found.map(\.level) == [isFine ? .ok : .warning])
        #expect(found.first?.advice?.hasSuffix(path) == (isFine ? nil : true))
    }

    @Test func whatIsNotThereHasNoPermissions() {
        let place = PermissionsCheck.Place(path: "/nowhere/at/all", what: "x", wish: .secret)
        #expect(PermissionsCheck(vault: nil, places: [place]).findings().map(\.level) == [.ok])
    }

    private static func window(_ from: String, _ to: String) throws -> Window {
        try Window(from: StorageInstant(parsing: from), to: StorageInstant(parsing: to))
    }

    private static func status(
        _ covered: [Window], open: String = "2026-11-23", source: RowSource = .storageTime
    ) throws -> TaskStatus {
        var status = SeriesStatus(series: Series(task: "t", source: source, host: "h"))
        status.covered = WindowSet(covered)
        return TaskStatus(status, openFrom: try StorageInstant(parsing: open))
    }

    @Test func gapsAreErrorsThatSayWhatToTake() throws {
        let whole = try Self.status([Self.window("2026-11-01", "2026-11-22")])
        #expect(CoverageCheck(entries: [whole]).findings().map(\.level) == [.ok])
        let gappy = try Self.status([
            Self.window("2026-11-01", "2026-11-02"), Self.window("2026-11-03", "2026-11-05"),
            Self.window("2026-11-06", "2026-11-22"),
        ])
        let found = CoverageCheck(entries: [whole, gappy]).findings()
        #expect(found.map(\.status) == [.dataDamaged])
        #expect(found.first?.message.contains("2 gaps") == true && found.first?.message.contains("2d in all") == true)
        #expect(
            found.first?.advice == "octovault backfill t --from '2026-11-02 00:00:00' --to '2026-11-06 00:00:00'")
        #expect(CoverageCheck(entries: []).findings().isEmpty)
    }

    @Test(
        arguments: [
            (nil, []), (3600, []), (200, ["ok"]), (30, ["ok"]), (24, ["nears"]), (21, ["nears"]), (10, ["is older"]),
        ] as [(Int?, [String])])
    func whatNearsTheAgeOfTheOldestRowsIsNamed(days: Int?, says: [String]) throws {
        // The gap begins twenty days before now.
        let status = try Self.status(
            [Self.window("2026-11-01", "2026-11-03"), Self.window("2026-11-04", "2026-11-23")])
        let age = days.map { $0 == 3600 ? 3600 : $0 * 86_400 }
        let found = ExpiryCheck(tasks: [
            .init(status: status, oldestAge: age, isTaken: true, now: try StorageInstant(parsing: "2026-11-23"))
        ]).findings()
        #expect(found.count == says.count, "\(found)")
        for (finding, word) in zip(found, says) {
            #expect(word == "ok" ? finding.level == .ok : finding.level == .warning)
            if word != "ok" { #expect(finding.message.contains(word), "\(finding)") }
        }
    }

    @Test func whatIsClosedBehindTheLastWindowIsMissingAsWell() throws {
        let status = try Self.status([Self.window("2026-11-01", "2026-11-02")])
        func found(isTaken: Bool) throws -> [Finding] {
            let now = try StorageInstant(parsing: "2026-11-23")
            return ExpiryCheck(tasks: [
                .init(status: status, oldestAge: 22 * 86_400, isTaken: isTaken, now: now)
            ]).findings()
        }
        #expect(try found(isTaken: false).map(\.level) == [.ok], "a backfill alone has no end to reach")
        let found = try found(isTaken: true)
        #expect(found.map(\.level) == [.warning])
        #expect(found.first?.advice?.contains("--from '2026-11-02 00:00:00' --to '2026-11-23 00:00:00'") == true)
    }

    @Test func damageAndWhatIsSetAsideAreErrors() throws {
        let damage = DamageRecord(
            path: "x.manifest.json", task: "t", source: .storageTime, window: nil, code: "member-corrupt",
            foundAt: Date(timeIntervalSince1970: 0))
        #expect(DamageCheck(damages: [damage]).findings().map(\.status) == [.dataDamaged])
        #expect(DamageCheck(damages: []).findings().map(\.level) == [.ok])
        let address = SnapshotAddress(
            source: .storageTime, task: try TaskID("t"), name: .window(try Self.window("2026-11-01", "2026-11-02")))
        let found = LostAndFoundCheck(content: LostAndFound(files: 2, bytes: 2048, waiting: [address])).findings()
        #expect(found.map(\.level) == [.error, .warning])
        #expect(found.last?.message.contains("2 files lie in lost+found/, 2.0 KiB") == true)
        #expect(LostAndFoundCheck(content: LostAndFound()).findings().map(\.level) == [.ok])
        #expect(
            LocksCheck(held: [HeldLock(task: "t", processID: 7)]).findings().map(\.message) == [
                "task t is held by process 7"
            ])
    }

    @Test func whatWasLearntOfServersIsSaidOnceAndDoubtTaskByTask() {
        let now = Date(timeIntervalSince1970: 1_800_000_000)
        var believed = LearnedRecord()
        believed.startHeededAt = now.addingTimeInterval(-7200)
        believed.hourlyRows = (0..<168).map { $0 % 24 == 6 ? "100" : "0" }.joined(separator: ",")
        var doubted = believed
        (doubted.doubt, doubted.windowsLeft) = (1, 5)
        var untried = LearnedRecord()
        (untried.doubt, untried.windowsLeft, untried.isUntried) = (1, 8, true)
        let check = ServersCheck(
            learned: [("a", "h", believed), ("b", "h", doubted), ("c", "h", untried)], now: now)
        let found = check.findings()
        #expect(found.map(\.level) == [.ok, .warning])
        #expect(
            found[0].message
                == "2 tasks: the server heeds intervals, as seen 2h ago; about 1,400 rows a week are expected")
        #expect(found[1].message.hasPrefix("task b: answers of h contradicted each other of late"))
        #expect(found[1].message.hasSuffix("for 5 more windows"), "\(found[1].message)")
        #expect(ServersCheck(learned: [], now: now).findings().isEmpty)
    }
}
