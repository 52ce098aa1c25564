import Foundation
import Synchronization
import TestSupport
import Testing

/// What each service gets, as a server on this machine records it, from the built program.
@Suite(.fewWaitingAtATime, .timeLimit(.minutes(60))) struct NoticesTests {
    private static let job = """
        tasks: [t]
        schedule: "@hourly"
        start: 2026-11-01
        notify:
          start: BASE/start
          success: BASE/success
          failure: BASE/failure
          recovery: BASE/recovery
          services:
            - healthchecks: BASE/ping/0123456789abcdef/
            - ntfy: BASE/topic-0123456789
            - slack: BASE/services/T0/B0/0123456789
            - uptime_kuma: BASE/api/push/0123456789?status=up&msg=OK&ping=
            - apprise: ["json://user:secret-word@127.0.0.1:1/x"]

        """

    private static func program(_ server: DoorServer, _ job: String = job) throws -> Program {
        var program = try Program()
        try program.write(jobs: ["shop": job.replacing("BASE", with: server.baseURL)])
        program.variables["OCTOPARSE_USERNAME"] = "u"
        // A stand-in for apprise: writes down what it was given.
        let tool = "\(program.folder.path)/apprise"
        let script = """
            #!/bin/sh
            { for word in "$@"; do echo "word: $word"; [ -f "$word" ] && { stat -c 'mode: %a' "$word"; cat "$word"; }; done; echo "input: $(cat)"; } > '\(program.folder.path)/apprise.out'

            """
        try script.write(toFile: tool, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: tool)
        program.variables["OCTOVAULT_APPRISE"] = tool
        return program
    }

    private func line(_ server: DoorServer, _ path: String) -> DoorServer.Request? {
        server.requests.first { $0.path == path }
    }

    @Test func aTestReachesEveryoneAsEachWantsIt() async throws {
        try await DoorServer.with({ _ in .json("{}") }) { server in
            let program = try Self.program(server)
            let sent = try await program.run("jobs", "notify", "--json")
            #expect(sent.status == 0, "\(sent.output)\(sent.errors)")
            let results = try sent.jsonLines()
            #expect(
                results.map { $0["target"] as? String } == [
                    "start", "success", "failure", "recovery", "healthchecks", "ntfy", "slack", "uptime_kuma",
                    "apprise",
                ])
            #expect(results.allSatisfy { $0["delivered"] as? Bool == true })
            for path in ["/start", "/success", "/failure", "/recovery"] {
                #expect(line(server, path)?.body == #"{"job":"shop","event":"test","outcome":"test"}"#, "\(path)")
            }
            let ping = try #require(line(server, "/ping/0123456789abcdef/log"))
            #expect(
                ping.line.hasPrefix("POST ")
                    && ping.body == "octovault: a test of job shop\nThis is a test. Nothing happened.")
            let topic = try #require(line(server, "/topic-0123456789"))
            #expect(topic.body == "This is a test. Nothing happened.")
            for header in ["Title: octovault: a test of job shop", "Priority: default", "Tags: white_check_mark"] {
                #expect(topic.head.lowercased().contains(header.lowercased()), "\(topic.head)")
            }
            let slack = try #require(line(server, "/services/T0/B0/0123456789"))
            #expect(
                slack.body
                    == #"{"text":"*octovault: a test of job shop*\n```\nThis is a test. Nothing happened.\n```"}"#)
            let push = try #require(line(server, "/api/push/0123456789"))
            #expect(
                push.line.hasPrefix(
                    "GET /api/push/0123456789?status=up&msg=This%20is%20a%20test.%20Nothing%20happened.&ping= "),
                "\(push.line)")
            let apprise = try String(contentsOfFile: "\(program.folder.path)/apprise.out", encoding: .utf8)
            let words = apprise.split(separator: "\n").filter { $0.hasPrefix("word: ") }
            #expect(!words.contains { $0.contains("secret-word") } && apprise.contains("mode: 600"), "\(apprise)")
            #expect(
                apprise.contains("json://user:secret-word@127.0.0.1:1/x") && apprise.contains("input: This is a test."))
            #expect(!program.folder.allFiles().contains { $0.hasSuffix(".conf") })
            for secret in ["0123456789", "secret-word"] {
                #expect(!sent.output.contains(secret) && !sent.errors.contains(secret))
            }
        }
    }

    @Test func aTestThatDoesNotArriveIsSaidAndIsStatus69() async throws {
        try await DoorServer.with({ $0.path == "/success" ? .json("{}", status: "404 Not Found") : .json("{}") }) {
            server in
            let program = try Self.program(server)
            let sent = try await program.run("jobs", "notify", "jobs", "--job", "shop")
            #expect(sent.status == 69 && sent.output.contains("not delivered") && sent.output.contains("status 404"))
            #expect(try await program.run("jobs", "notify", "--job", "other").status == 64)
        }
    }

    @Test func aRunThatFailsIsToldAndWhatCouldNotBeToldIsToldWithTheNext() async throws {
        let isWell = Mutex(false)
        try await DoorServer.with({ _ in
            isWell.withLock { $0 } ? .json("{}") : .json("{}", status: "500 Internal Server Error")
        }) { server in
            // The account's own server refuses connections, so that each run fails.
            let program = try Self.program(server)
            #expect(try await program.run("run", "--once").status == 69)
            let health = try await program.run("doctor", "--json").json()
            let findings = (health["findings"] as? [[String: Any]] ?? []).filter { $0["check"] as? String == "notices" }
            #expect(
                findings.contains { ($0["message"] as? String)?.contains("ntfy was not told of a failure") == true },
                "\(findings)")
            let failed = try await program.run("metrics").output
            #expect(failed.contains("octovault_job_notify_failures_total{job=\"shop\"} 7"), "\(failed)")
            let before = server.requests.count
            isWell.withLock { $0 = true }
            #expect(try await program.run("run", "--once").status == 69)
            let later = server.requests.dropFirst(before)
            #expect(later.count { $0.path == "/failure" } == 2 && later.count { $0.path == "/topic-0123456789" } == 2)
            #expect(later.first { $0.path == "/topic-0123456789" }?.head.contains("octovault: job shop failed") == true)
            let after = try await program.run("doctor", "--json").json()
            #expect(!"\(after)".contains("was not told"))
            for request in server.requests {
                #expect(!request.body.contains("secret-word") && !request.body.contains("sandbox"))
            }
        }
    }
}
