import Foundation
import Sandbox
import TestSupport
import Testing

/// The first error that somebody meets names the command that leads on.
@Suite struct FirstErrorTests {
    private static let weather = TaskSpecification.weather.id

    /// What is typed, the status, and what standard error must say.
    typealias Case = (line: [String], status: Int32, says: [String])

    private static func words(_ line: String) -> [String] { line.split(separator: " ").map(String.init) }

    /// Runs each in its turn, and looks at what it said.
    private func expect(_ cases: [Case], _ program: Program) async throws {
        for (line, status, says) in cases {
            let outcome = try await program.run(line)
            #expect(outcome.status == status, "\(line): \(outcome.errors)")
            for words in says { #expect(outcome.errors.contains(words), "\(line): \(outcome.errors)") }
        }
    }

    @Test func withoutAnAccountAJobOrAVaultItIsInit() async throws {
        var program = try Program()
        for name in ["OCTOPARSE_USERNAME", "OCTOPARSE_PASSWORD"] { program.variables[name] = nil }
        let online = ["tasks", "probe shop", "backfill shop --from 2026-01-01", "snapshot shop --source all"]
        let offline = [
            "status", "list", "restore shop", "verify", "compact", "prune", "history", "metrics", "page -o p",
        ]
        var cases: [Case] = [
            (["run"], 78, ["`octovault init`"]), (["run", "--once"], 78, ["`octovault init`"]),
            (["jobs", "next"], 78, ["`octovault init`"]),
            (["tasks", "--account", "shop"], 78, ["there is no account 'shop'", "`octovault init`"]),
        ]
        for line in online { cases.append((Self.words(line), 78, ["no account", "`octovault init`"])) }
        for line in offline { cases.append((Self.words(line), 78, ["no vault", "`octovault init`"])) }
        try await expect(cases, program)
        // What is wrong is its result, on standard output.
        let check = try await program.run("jobs", "check")
        #expect(check.status == 78 && check.output.contains("`octovault init`"), "\(check.output)\(check.errors)")
        let doctor = try await program.run("doctor")
        #expect(doctor.output.contains("`octovault init`"), "\(doctor.output)")
    }

    @Test func aZoneThatIsNoneHasANearOne() async throws {
        try await withSandbox { baseURL, _ in
            var program = try Program(baseURL: baseURL)
            let taken = try await program.run("backfill", Self.weather, "--from", "2015-01-01", "--to", "2015-01-03")
            #expect(taken.status == 0, "\(taken.errors)")
            program.variables["OCTOPARSE_TIME_ZONE"] = "Europe/Berlni"
            try await expect(
                [
                    (["tasks"], 78, ["'Europe/Berlni'", "'Europe/Berlin'", "`octovault probe TASK`"]),
                    (["status"], 64, ["'Europe/Berlni'", "did you mean 'Europe/Berlin'?"]),
                ], program)
            program.variables["OCTOPARSE_TIME_ZONE"] = "Middle Earth"
            try await expect(
                [(["status"], 64, ["'Middle Earth'", "Asia/Shanghai", "`octovault probe TASK`"])], program)
        }
    }

    @Test func aTaskThatIsNoneHasNearOnes() async throws {
        try await withSandbox { baseURL, _ in
            let program = try Program(baseURL: baseURL)
            let taken = try await program.run("backfill", Self.weather, "--from", "2015-01-01", "--to", "2015-01-03")
            #expect(taken.status == 0, "\(taken.errors)")
            let near = ["did you mean", "Seattle weather"]
            var cases: [Case] = []
            #expect(try await program.run("copy", "push", "copy").status == 0)
            let words = ["Seatle weathr", "weather", "wether", "seattel", "b1d51de6-f644-4a26-b659-d001fe527f4d"]
            for word in Sampling.some(2, of: words) {
                for command in ["restore", "list", "status", "verify", "compact", "export-manifest"] {
                    cases.append(([command, word], 64, ["no task '\(word)'"] + near))
                }
                for way in ["push", "check", "pull"] {
                    cases.append((["copy", way, "copy", word], 64, ["no task '\(word)'"] + near))
                }
                cases.append((["probe", word], 64, ["no task '\(word)'"] + near))
                cases.append((["diff", "vault", "copy", "--task", word], 64, ["task '\(word)'"] + near))
                cases.append((["backfill", word, "--from", "2015-01-01", "--to", "2015-01-02"], 64, near))
                cases.append((["snapshot", word, "--source", "all"], 64, near))
            }
            try await expect(cases, program)
            for command in [["restore", "xyz"], ["probe", "xyz"], ["copy", "check", "copy", "xyz"]] {
                try await expect([(command, 64, ["no task 'xyz'", "there is", "Seattle weather"])], program)
            }
        }
    }

    @Test func anEmptyVaultTellsHowItIsFilled() async throws {
        try await withSandbox { baseURL, _ in
            let program = try Program(baseURL: baseURL)
            // It makes the vault, and takes nothing.
            #expect(try await program.run("backfill", "xyz", "--from", "2015-01-01", "--to", "2015-01-02").status == 64)
            let fills = ["`octovault backfill TASK --from 30d`"]
            try await expect(
                [
                    (["status"], 0, fills), (["list"], 0, fills), (["verify"], 0, fills), (["restore"], 65, fills),
                    (["history"], 0, ["`octovault run --once`"]),
                    (["history", "--job", "shop"], 64, ["`octovault run --once`"]),
                ], program)
        }
    }

    @Test func aRangeWithoutRowsTellsWhereTheyAre() async throws {
        try await withSandbox { baseURL, _ in
            let program = try Program(baseURL: baseURL)
            for (from, to) in [("2015-01-01", "2015-01-03"), ("1990-01-01", "1990-01-03")] {
                let taken = try await program.run("backfill", Self.weather, "--from", from, "--to", to)
                #expect(taken.status == 0, "\(taken.errors)")
            }
            let task = Self.weather
            try await expect(
                [
                    (
                        ["restore", task, "--from", "2015-01-01", "--to", "2015-01-09"], 65,
                        ["`octovault backfill \(task) --from 2015-01-03 --to 2015-01-09`", "--allow-gaps"]
                    ),
                    (
                        ["restore", task, "--from", "2015-01-02", "--to", "2015-01-04T12:30:01"], 65,
                        ["`octovault backfill \(task) --from 2015-01-03 --to 2015-01-04T12:30:01`"]
                    ),
                    (
                        ["restore", task, "--from", "1990-01-01", "--to", "1990-01-03"], 0,
                        ["0 rows of 2 windows", "`octovault list \(task)`"]
                    ),
                    (["restore", task, "--source", "all"], 65, ["`octovault list \(task)`"]),
                    (["list", task, "--from", "2001-01-01", "--to", "2001-02-01"], 0, ["`octovault status \(task)`"]),
                    (["verify", "--from", "2001-01-01", "--to", "2001-02-01"], 0, ["`octovault status`"]),
                ], program)
            // What it names does what it says.
            #expect(try await program.run("backfill", task, "--from", "2015-01-03", "--to", "2015-01-09").status == 0)
            #expect(try await program.run("restore", task, "--from", "2015-01-01", "--to", "2015-01-09").status == 0)
        }
    }
}
