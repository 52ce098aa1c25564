import Cron
import Foundation
import Records
import StorageTime
import TestSupport
import Testing

@testable import Jobs

@Suite struct JobTests {
    private static let smallest = "tasks: [B1D51DE6-F644-4A26-B659-D001FE527F4C]\nschedule: '7 * * * *'\n"

    @Test func aJobOfTwoKeysHasEveryDefault() throws {
        let job = try Fixture.job(Self.smallest)
        #expect(job.name == "weather" && job.file == "jobs/weather.yaml" && job.account == "default")
        #expect(job.tasks == TaskSelection(ids: ["b1d51de6-f644-4a26-b659-d001fe527f4c"]))
        #expect(job.source == .storageTime && job.timeZone == .utc && job.schedule.timeZone == .gmt)
        #expect(job.window == Seconds(3600) && job.settle == Seconds(900) && job.recheck == Seconds(172_800))
        #expect(job.recheckRows == false && job.proof == .oneAnswer && job.start == nil && job.pageSize == 1000)
        #expect(job.concurrency == 4 && job.timeout == Seconds(1800) && job.overlap == .skip && job.keep == nil)
        #expect(job.notify == Job.Notifications() && job.hooks == Job.Hooks() && job.overrides.isEmpty)
    }

    @Test func everyKeyIsRead() throws {
        let job = try Fixture.job(try Fixture.text(Fixture.path("good-jobs/full.yaml")), name: "full")
        #expect(job.account == "china")
        #expect(job.tasks.ids == ["4c9b8f0a-1b1e-4c55-9a3e-6d9a7c2d1e0f", "shop 42", "1007"])
        #expect(job.tasks.names.map(\.text) == ["Shop *", "Price of ?", "*outlet*"])
        #expect(job.tasks.groups == .some(["84", "summer sale"]))
        #expect(job.schedule.text == "H(0-29) 2 * * MON-FRI" && job.timeZone.name == "Europe/Berlin")
        #expect(job.window == Seconds(86_400) && job.settle == Seconds(5400) && job.recheck == Seconds(604_800))
        #expect(job.recheckRows && job.proof == .totals && job.pageSize == 500)
        #expect(job.start == StorageInstant(year: 2026, month: 11, day: 1, hour: 6))
        #expect(job.concurrency == 8 && job.timeout == Seconds(7200) && job.overlap == .queue)
        #expect(job.notify.failure?.text == "http://monitor.example.com:8080/fail?key=secret")
        #expect(job.hooks.success == .program(["/usr/local/bin/loaded", "--quiet", ""]))
        #expect(job.hooks.failure == .shell("jq .first_error | mail -s \"backup failed\" root\n"))
        #expect(job.keep == KeepRules(within: Seconds(2 * 366 * 86_400)))
    }

    @Test func overridesApplyToTheTasksTheyNameTheLaterOnesLast() throws {
        let job = try Fixture.job(try Fixture.text(Fixture.path("good-jobs/full.yaml")), name: "full")
        #expect(job.rules(forTask: "1007") == job.rules)
        let named = job.rules(forTask: "1007", name: "Shop of horrors")
        #expect(named.window == Seconds(3600) && named.settle == Seconds(900) && named.pageSize == 500)
        let both = job.rules(forTask: "SHOP 42", name: "Shop 42")
        #expect(both.window == Seconds(3600) && both.pageSize == 1000 && both.keep?.within == Seconds(90 * 86_400))
        #expect(job.rules(forTask: "shop 42").window == Seconds(86_400))
    }

    @Test func aZoneInTheScheduleIsTheJobsZone() throws {
        let job = try Fixture.job("tasks: [a]\nschedule: CRON_TZ=Asia/Tokyo 0 7 * * *\n")
        #expect(job.timeZone.name == "Asia/Tokyo" && job.schedule.timeZone.identifier == "Asia/Tokyo")
        #expect(Fixture.problems("tasks: [a]\nschedule: TZ=Asia/Tokyo 0 7 * * *\ntime_zone: Asia/Tokyo").isEmpty)
    }

    @Test func theSplayComesFromTheJobsName() throws {
        let now = Date(timeIntervalSince1970: 1_800_000_000)
        let firings = try ["a", "b", "c", "d", "e"].map {
            try Fixture.job("tasks: [a]\nschedule: H H * * *\n", name: $0).schedule.next(after: now)
        }
        #expect(Set(firings).count > 1)
    }

    @Test(arguments: [
        ("window: 1", "add the unit: 1s is seconds, 1m minutes"), ("window: 1y", nil), ("window: ''", nil),
        ("timeout: 99999999999999999999s", nil), ("settle: -0s", nil), ("concurrency: 65", nil),
        ("concurrency: +", nil), ("concurrency: 4.0", nil), ("page_size: 99999999999999999999", nil),
        ("page_size: 1e3", nil), ("recheck_rows: TRUE", "write true"), ("recheck_rows: 1", nil),
        ("proof: totals ones", nil), ("start: 2026-13-01", nil), ("start: 11/01/2026", nil),
        (
            "start: 2026-11-01T00:00:00+01:00",
            "storage time is the server's wall time and has no zone; leave the zone out"
        ),
        ("time_zone: ''", nil), ("time_zone: Berlin", nil), ("overlap: ~", nil), ("keep: {}", nil),
        ("keep: {within: y}", nil), ("keep: {within: 1000000000y}", nil), ("notify: {success: 'https://'}", nil),
        ("notify: {success: 'https://h:99999/'}", nil), ("notify: {success: 'https://h/a b'}", nil),
        ("hooks: {success: ''}", nil), ("hooks: {success: ['']}", nil), ("hooks: {success: [a, ~]}", nil),
        ("overrides: []", nil), ("account: off", "put it in quotes if the word itself is meant"),
        ("groups: []", nil), ("groups: everything", "write [ID] for one group"),
        ("groups: [true]", "put it in quotes if the word itself is meant"),
    ])
    func anImpossibleValueIsOneProblemAtTheValuesPlace(line: String, hint: String?) {
        let problems = Fixture.problems("# a comment\n\(Self.smallest)\(line)\n")
        #expect(problems.count == 1, "\(problems)")
        #expect(problems.first?.line == 4)
        #expect(problems.first?.hint == hint)
        #expect(problems.first?.expected != nil)
    }

    @Test(arguments: [
        "window: 1s", "window: 1h30m", "settle: 0s", "recheck: 0s", "recheck: 15m", "page_size: 1", "page_size: 1000",
        "concurrency: 64", "timeout: 1s", "start: 0001-01-01", "start: '9999-12-31 23:59:59'", "time_zone: GMT+3",
        "account: '84'", "account: 84", "groups: ['*']", "keep: {within: 1y6w}", "hooks: {success: 'true'}",
        "notify: {success: 'HTTPS://[::1]:8443/x?y#z'}", "window:\t2h",
    ])
    func whatIsUnusualButPossibleIsAccepted(line: String) {
        #expect(Fixture.problems("\(Self.smallest)\(line)\n") == [])
    }

    @Test func aSwarmOfProblemsIsCut() {
        let lines = (0..<500).map { "key\($0): 1" }.joined(separator: "\n")
        let problems = Fixture.problems(Self.smallest + lines)
        #expect(problems.count == ProblemLog.limit + 1)
        #expect(problems.last?.description == "jobs/weather.yaml:103:1: 400 more problems from here on")
    }

    /// A file that is damaged anywhere is read or refused, with every place inside it; nothing traps or hangs.
    @Test(arguments: [12_649_597_380_386_579_178, 1, 2])
    func aDamagedFileIsReadOrRefused(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let originals = try ["good-jobs/full.yaml", "good-jobs/accounts.yaml", "bad-jobs/duplicate-keys.yaml"]
            .map { Array(try Fixture.text(Fixture.path($0)).utf8) }
        let pieces = [
            "\t", "&a ", "*a", "[", "{", "}", "? ", ": ", "- ", "|", "\"", "'", "\u{FEFF}", "---\n", "!!", "#", "\n",
            "%", "\0", "\r", "é", "0",
        ]
        for _ in 0..<Sampling.number(400, of: 1500) {
            var bytes = originals.randomElement(using: &random) ?? []
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.insert(contentsOf: Array((pieces.randomElement(using: &random) ?? "").utf8), at: place)
                case 2: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...20, using: &random)))
                default: bytes.append(contentsOf: bytes[place...])
                }
                if bytes.isEmpty { bytes = [0x20] }
            }
            let text = SourceText(bytes)
            guard text.firstInvalidByte == nil else { continue }
            let log = ProblemLog(file: "f.yaml")
            let job = JobFileReader.read(name: "f", text: text, log: log)
            #expect((job == nil) != log.isEmpty, "seed \(seed)")
            _ = AccountsFileReader.read(text, folder: "", home: nil, log: log)
            let lines = bytes.count { $0 == 0x0A || $0 == 0x0D } + 3
            for problem in log.problems {
                #expect((1...lines).contains(problem.line ?? 1), "seed \(seed): \(problem)")
                #expect(problem.description.unicodeScalars.allSatisfy { $0.value >= 0x20 }, "seed \(seed)")
            }
        }
    }
}
