import Foundation
import Sandbox
import TestSupport
import Testing

/// The scheduler as the first process of a container, and what it gives its hooks.
@Suite(.fewWaitingAtATime, .timeLimit(.minutes(60))) struct FirstProcessTests {
    /// Each hook leaves five processes behind, and counts those that ended and were not collected. Without collecting,
    /// the tenth would see dozens.
    @Test func whatHooksLeaveBehindIsCollected() async throws {
        let seen = try await Self.runAsFirstProcess()
        guard !seen.isEmpty else { return }
        #expect(seen.count >= 10 && seen.allSatisfy { $0 <= 15 }, "\(seen)")
    }

    private static func runAsFirstProcess() async throws -> [Int] {
        try await withSandbox(SandboxConfiguration(liveRowsPerSecond: 20)) { baseURL, _ in
            let program = try Program(baseURL: baseURL)
            let namespace = ["--pid", "--fork", "--mount-proc", "--kill-child"]
            guard let trial = try? await program.shell("unshare", namespace + ["true"]), trial.status == 0 else {
                print("skipped: this machine lets nobody be the first process of a namespace (unshare)")
                return []
            }
            let hook = """
                grep -l '^State:.Z' /proc/[0-9]*/status 2>/dev/null | wc -l >> seen
                for i in 1 2 3 4 5; do (sleep 0.05 &); done
                [ "$(wc -l < seen)" -lt 10 ] || kill -TERM 1
                exit 3
                """
            try Files.write(hook, to: "\(program.folder.path)/hook.sh")
            try program.write(jobs: [
                "live": RunServiceTests.job + "hooks: {success: sh hook.sh, failure: sh hook.sh}\n"
            ])
            let run = try await program.shell("unshare", namespace + [Program.path, "run"])
            #expect(run.errors.contains("exit status 3"), "\(run.errors)")
            #expect(!run.errors.contains("could not be run"), "\(run.errors)")
            let seen = try String(contentsOfFile: "\(program.folder.path)/seen", encoding: .utf8)
            return seen.split(separator: "\n").compactMap { Int($0.trimmingCharacters(in: .whitespaces)) }
        }
    }

    /// Nor do password commands: neither their account's password variables nor others', nor a proxy's credentials.
    @Test func commandsGetNoSecretOfTheEnvironment() async throws {
        try await withSandbox { baseURL, _ in
            var program = try Program(baseURL: baseURL, password: "unused-hunter")
            program.variables["OCTOPARSE_USERNAME"] = nil
            program.variables["NEWPW"] = "new-hunter"
            program.variables["https_proxy"] = "http://user:proxy-hunter@127.0.0.1:9"
            let accounts = """
                default:
                  username: sandbox
                  base_url: \(baseURL)
                  time_zone: UTC
                  password_command: env > command.txt; echo sandbox
                other:
                  username: sandbox
                  base_url: \(baseURL)
                  password_env: NEWPW
                """
            try Files.write(accounts, to: "\(program.folder.path)/jobs/accounts.yaml")
            try program.write(jobs: ["one": Self.job])
            let run = try await program.run("run", "--once")
            for file in ["command.txt", "hook.txt"] {
                let text = try String(contentsOfFile: "\(program.folder.path)/\(file)", encoding: .utf8)
                #expect(text.contains("https_proxy=http://127.0.0.1:9"), "\(file): \(text) \(run.errors)")
                #expect(!text.contains("hunter") && !text.contains("NEWPW"), "\(file): \(text)")
            }
        }
    }

    private static let job = """
        tasks: [\(RunServiceTests.weather)]
        schedule: "@yearly"
        source: last-extraction
        hooks: {success: env > hook.txt, failure: env > hook.txt}

        """
}
