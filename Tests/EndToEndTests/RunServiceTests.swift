import Foundation
import Sandbox
import StorageTime
import Subprocess
import TestSupport
import Testing

/// The foreground scheduler, run by the built program: it fires, listens to signals, and leaves whole windows.
@Suite(.fewWaitingAtATime, .timeLimit(.minutes(60))) struct RunServiceTests {
    static let weather = TaskSpecification.weather.id
    /// A window a second, each second.
    static let job = "tasks: [\(weather)]\nschedule: \"* * * * * *\"\nwindow: 1s\nsettle: 0s\n"

    /// Starts the scheduler and sends it what `body` says, once the sandbox has answered so many requests.
    private static func serve(
        _ program: Program, _ store: SandboxStore, requests: Int,
        _ body: @escaping @Sendable (_ send: @escaping Program.SendSignal) async throws -> Void
    ) async throws -> Program.Outcome {
        let (reached, continuation) = AsyncStream<Void>.makeStream()
        let counter = RequestCountdown(requests) { continuation.finish() }
        store.onRequest { _ in counter.count() }
        defer { store.onRequest(nil) }
        return try await program.start(["run"]) { send in
            for await _ in reached {}
            try await body(send)
        }
    }

    @Test(arguments: [(Signal.terminate, Int32(0)), (.interrupt, 130)])
    func aSignalDrainsAndWhatWasSealedIsWhole(signal: Signal, status: Int32) async throws {
        try await withSandbox(SandboxConfiguration(liveRowsPerSecond: 20)) { baseURL, store in
            try await Self.drain(with: signal, status: status, baseURL, store)
        }
    }

    private static func drain(with signal: Signal, status: Int32, _ baseURL: String, _ store: SandboxStore) async throws
    {
        let program = try Program(baseURL: baseURL)
        try program.write(jobs: ["live": job])
        let stopped = try await serve(program, store, requests: 40) { send in try send(signal) }
        #expect(stopped.status == status, "\(stopped.errors)")
        #expect(stopped.errors.contains("The scheduler has stopped"))
        #expect(program.folder.allFiles().filter { $0.hasSuffix(".partial") } == [])
        #expect(try await program.run("verify", "--deep").status == 0)
        let runs = try await program.run("history", "--json", "-n", "1000").jsonLines()
        #expect(runs.contains { ($0["sealed"] as? Int ?? 0) + ($0["empty"] as? Int ?? 0) > 0 })
        #expect(runs.allSatisfy { $0["finished_at"] is String }, "no run is left unfinished")

        // What was missed meanwhile is taken by one run.
        let covered = try #require(try await program.run("status", "--json").jsonLines().first)
        let once = try await program.run("run", "--once", "--json")
        #expect(once.status == 0, "\(once.errors)")
        let status = try await program.run("status", "--json")
        let after = try #require(try status.jsonLines().first)
        #expect(after["from"] as? String == covered["from"] as? String)
        #expect(try #require(after["to"] as? String) >= #require(covered["to"] as? String))
        #expect(after["gaps"] as? [[String: String]] == [], "\(status.output)")
    }

    @Test func aReloadTakesRightFilesAndRefusesWrongOnes() async throws {
        try await withSandbox(SandboxConfiguration(liveRowsPerSecond: 20)) { baseURL, store in
            try await Self.reload(baseURL, store)
        }
    }

    private static func reload(_ baseURL: String, _ store: SandboxStore) async throws {
        let program = try Program(baseURL: baseURL)
        try program.write(jobs: ["live": job])
        let (asked, continuation) = AsyncStream<Void>.makeStream()
        let stopped = try await serve(program, store, requests: 10) { send in
            try program.write(jobs: ["live": "tasks: 7\n"])
            try send(.terminalClosed)
            // The old job goes on: so many more requests.
            let more = RequestCountdown(20) { continuation.finish() }
            store.onRequest { _ in more.count() }
            for await _ in asked {}
            try program.write(jobs: ["live": job, "new": job.replacingOccurrences(of: weather, with: "nowhere")])
            try send(.terminalClosed)
            let (listed, found) = AsyncStream<Void>.makeStream()
            store.onRequest { if $0.task == "nowhere" { found.finish() } }
            for await _ in listed {}
            try send(.terminate)
        }
        #expect(stopped.status == 0, "\(stopped.errors)")
        #expect(stopped.errors.contains("The jobs stay as they were"))
        #expect(stopped.errors.contains("The job files are read again"))
        #expect(stopped.errors.contains("live.yaml"), "what is wrong is named")
    }

    @Test func twoProcessesShareAVault() async throws {
        try await withSandbox(SandboxConfiguration(liveRowsPerSecond: 20)) { baseURL, store in
            try await Self.share(baseURL, store)
        }
    }

    private static func share(_ baseURL: String, _ store: SandboxStore) async throws {
        let program = try Program(baseURL: baseURL)
        try program.write(jobs: ["live": job])
        let once = try await serve(program, store, requests: 20) { send in
            for _ in 0..<3 {
                let outcome = try await program.run("run", "--once")
                #expect([0, 75].contains(outcome.status), "\(outcome.errors)")
            }
            try send(.terminate)
        }
        #expect(once.status == 0, "\(once.errors)")
        let verify = try await program.run("verify", "--deep")
        #expect(verify.status == 0, "\(verify.output)\(verify.errors)")
        #expect(try await program.run("status", "--json").jsonLines().first?["gaps"] as? [[String: String]] == [])
    }

    @Test(arguments: [(Signal.terminate, Int32(143)), (.interrupt, 130)])
    func onceStoppedLeavesWholeWindows(signal: Signal, status: Int32) async throws {
        try await withSandbox { baseURL, store in try await Self.stop(signal, status, baseURL, store) }
    }

    private static func stop(
        _ signal: Signal, _ status: Int32, _ baseURL: String, _ store: SandboxStore
    ) async throws {
        let program = try Program(baseURL: baseURL)
        try program.write(jobs: ["weather": RunCommandTests.job])
        let (reached, continuation) = AsyncStream<Void>.makeStream()
        let counter = RequestCountdown(30) { continuation.finish() }
        store.onRequest { _ in counter.count() }
        let stopped = try await program.start(["run", "--once", "--json"]) { send in
            for await _ in reached {}
            try send(signal)
        }
        #expect(stopped.status == status, "\(stopped.errors)")
        #expect(try stopped.json()["outcome"] as? String == "interrupted", "its summary is told all the same")
        store.onRequest(nil)
        #expect(try await program.run("verify", "--deep").status == 0)
        let finished = try await program.run("run", "--once", "--json")
        #expect(finished.status == 0, "\(finished.errors)")
        let restored = try await program.run("restore", weather, "--format", "ndjson")
        #expect(multiset(restored.output) == store.multiset(of: weather))
        #expect(
            try await program.run("history", "--json").jsonLines().map { $0["outcome"] as? String }
                == ["interrupted", "done"])
    }

    @Test func addressesAreToldOfRuns() async throws {
        try await withSandbox { baseURL, _ in try await Self.notify(baseURL) }
    }

    private static func notify(_ baseURL: String) async throws {
        let program = try Program(baseURL: baseURL)
        // The sandbox answers what it does not know with an error: a delivery that fails does no harm and shows no
        // secret.
        try program.write(jobs: [
            "told": """
            tasks: [\(weather)]
            schedule: "0 3 * * *"
            window: 30d
            start: 2015-01-01
            notify: {start: "\(baseURL)/secret-start", success: "\(baseURL)/secret-end"}
            hooks: {success: "cat > summary.json; echo $OCTOVAULT_JOB $OCTOVAULT_OUTCOME ${OCTOPARSE_PASSWORD:-none} > hook.txt"}

            """
        ])
        let outcome = try await program.run("run", "--once", "--json")
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.errors.contains("A notification failed"))
        #expect(!outcome.errors.contains("secret-"))
        #expect(try String(contentsOfFile: "\(program.folder.path)/hook.txt", encoding: .utf8) == "told done none\n")
        let summary = try String(contentsOfFile: "\(program.folder.path)/summary.json", encoding: .utf8)
        #expect(summary == outcome.lines.first)
    }
}
