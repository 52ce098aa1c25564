import Foundation
import TestSupport
import Testing

@Suite struct JobsCommandTests {
    private static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent()
        .appendingPathComponent("Fixtures").path

    @Test func checkPrintsEveryProblemAndEndsWith78() async throws {
        let folder = "\(Self.fixtures)/bad-jobs"
        let outcome = try await Program().run("jobs", "check", folder)
        #expect(outcome.status == 78, "\(outcome.errors)")
        let expected = try String(contentsOfFile: "\(folder)/expected.txt", encoding: .utf8)
        #expect(outcome.output.replacingOccurrences(of: folder + "/", with: "") == expected)
        let json = try await Program().run("jobs", "check", folder, "--json")
        #expect(json.status == 78)
        #expect(try json.jsonLines().count == outcome.lines.count)
        let keys: Set = ["file", "line", "column", "key", "code", "message", "expected", "hint"]
        #expect(try json.jsonLines().allSatisfy { Set($0.keys) == keys })
    }

    @Test func checkOfSoundFilesIsShort() async throws {
        let outcome = try await Program().run("jobs", "check", "\(Self.fixtures)/good-jobs")
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.lines == ["3 jobs and 3 accounts: fine"])
        let json = try await Program().run("jobs", "check", "\(Self.fixtures)/good-jobs", "--json")
        #expect(json.status == 0 && json.output.isEmpty)
    }

    @Test func showPrintsDefaultsAndNoSecret() async throws {
        let outcome = try await Program().run("jobs", "show", "\(Self.fixtures)/good-jobs", "--json")
        #expect(outcome.status == 0, "\(outcome.errors)")
        let jobs = try #require(try outcome.json()["jobs"] as? [String: [String: Any]])
        #expect(jobs["smallest"]?["settle"] as? String == "15m")
        let text = try await Program().run("jobs", "show", "\(Self.fixtures)/good-jobs")
        #expect(text.lines.contains("    settle: 15m"))
        #expect(!text.output.contains("hc-ping.com/0"))
    }

    @Test func nextPrintsTheFirstFiringsOfAllJobsInOrder() async throws {
        let program = try Program()
        try program.write(jobs: ["weather": "tasks: [a]\nschedule: \"7 * * * *\"\nsettle: 5m\n"])
        let outcome = try await program.run("jobs", "next", "-n", "2", "--from", "2026-11-23T10:00:00+01:00", "--json")
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(
            outcome.lines == [
                #"{"job":"weather","at":"2026-11-23T09:07:00+00:00","windows":{"from":"2026-11-23 08:00:00","to":"2026-11-23 09:00:00"},"requests":3,"seconds":null}"#,
                #"{"job":"weather","at":"2026-11-23T10:07:00+00:00","windows":{"from":"2026-11-23 09:00:00","to":"2026-11-23 10:00:00"},"requests":3,"seconds":null}"#,
            ])
        let text = try await program.run("jobs", "next", "-n", "1", "--from", "2026-11-23T09:00:00Z")
        #expect(
            text.lines == [
                "2026-11-23T09:07:00+00:00  weather  2026-11-23 08:00:00 to 2026-11-23 09:00:00  about 3 requests"
            ])
    }

    @Test func nextOfAnExpressionNeedsNoFile() async throws {
        let outcome = try await Program().run(
            "jobs", "next", "--expression", "7 * * * *", "--time-zone", "Europe/Berlin", "-n", "5", "--from",
            "2026-03-28T23:00:00Z", "--json")
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(
            try outcome.jsonLines().map { $0["at"] as? String } == [
                "2026-03-29T00:07:00+01:00", "2026-03-29T01:07:00+01:00", "2026-03-29T03:07:00+02:00",
                "2026-03-29T04:07:00+02:00", "2026-03-29T05:07:00+02:00",
            ])
    }

    @Test func aWrongExpressionIsShownWithACaret() async throws {
        let outcome = try await Program().run("jobs", "next", "--expression", "7 * * * MOM")
        #expect(outcome.status == 64)
        #expect(
            outcome.errors == """
                octovault: --expression: 'MOM' is no day-of-week
                  7 * * * MOM
                          ^
                  did you mean MON? the day-of-week field takes 0-7 (0 and 7 are Sunday), SUN-SAT, 5L or MON#2

                """)
    }

    private static let wrong: [([String], Int32)] = [
        (["next", "--from", "yesterday"], 64), (["next", "-n", "0"], 64), (["next", "--time-zone", "UTC"], 64),
        (["next", "jobs", "--expression", "* * * * *"], 64),
        (["next", "--expression", "* * * * *", "--time-zone", "Mars/Olympus"], 64),
        (["next", "nowhere"], 78), (["show", "nowhere"], 78), (["check", "nowhere"], 78),
    ]

    @Test(arguments: wrong)
    func wrongArgumentsAndFilesAreToldApart(arguments: [String], status: Int32) async throws {
        let outcome = try await Program().run(["jobs"] + arguments)
        #expect(outcome.status == status, "\(outcome.errors)")
        #expect(!(outcome.errors + outcome.output).isEmpty)
    }
}

extension Program {
    /// Writes job files, by name without ending, into the folder `jobs` of the program's own.
    func write(jobs: [String: String]) throws {
        try FileManager.default.createDirectory(atPath: "\(folder.path)/jobs", withIntermediateDirectories: true)
        for (name, text) in jobs {
            try text.write(toFile: "\(folder.path)/jobs/\(name).yaml", atomically: true, encoding: .utf8)
        }
    }
}
