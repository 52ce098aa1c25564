import Foundation
import Sandbox
import StorageTime
import Subprocess
import Synchronization
import TestSupport
import Testing

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif
#if canImport(System)
import System
#else
import SystemPackage
#endif

/// The page beside a scheduler and by itself, served by the built program.
@Suite(.fewWaitingAtATime, .timeLimit(.minutes(60))) struct PageServiceTests {
    private static let weather = TaskSpecification.weather.id
    private static let job = "tasks: [\(weather)]\nschedule: \"* * * * * *\"\nwindow: 1s\nsettle: 0s\n"
    private static let paths = [
        "", "runs", "runs/1", "tasks/storage-time/\(weather)", "metrics", "api/status", "api/runs", "health/live",
        "health/ready", "style.css",
    ]

    /// The status and the text of an answer; nil where the server went away.
    private static func get(_ address: String) async throws -> (status: Int, text: String)? {
        var request = URLRequest(url: try #require(URL(string: address)))
        request.timeoutInterval = 60
        guard let (data, response) = try? await URLSession.shared.data(for: request) else { return nil }
        return ((response as? HTTPURLResponse)?.statusCode ?? 0, String(decoding: data, as: UTF8.self))
    }

    @Test func aSchedulerShowsWhatItDoesAndStopsInOrder() async throws {
        try await withSandbox(SandboxConfiguration(liveRowsPerSecond: 20)) { baseURL, _ in
            let program = try Program(baseURL: baseURL)
            let metrics = "\(program.folder.path)/octovault.prom"
            try program.write(jobs: ["live": Self.job + "metrics_file: \(metrics)\n"])
            let ended = try await program.runServing(["run", "--listen", "127.0.0.1:0"]) { address, send in
                // The first window makes the last of the pages.
                for _ in 0..<600 {
                    if try await Self.get(address + "tasks/storage-time/\(Self.weather)")?.status == 200 { break }
                    try await Task.sleep(for: .milliseconds(100))
                }
                for path in Self.paths {
                    let answer = try #require(try await Self.get(address + path))
                    #expect(answer.status == 200, "\(path): \(answer.text.prefix(300))")
                }
                let front = try #require(try await Self.get(address)).text
                #expect(front.contains("<h1 class=\"verdict") && front.contains(">live</"), "\(front.prefix(3000))")
                #expect(try await Self.get(address + "nowhere")?.status == 404)
                for _ in 0..<600 where !FileManager.default.fileExists(atPath: metrics) {
                    try await Task.sleep(for: .milliseconds(100))
                }
                try send(.terminate)
            }
            #expect(ended.status == 0, "\(ended.output)")
            #expect(
                try String(contentsOfFile: metrics, encoding: .utf8).contains("octovault_job_runs_total{job=\"live\""))
        }
    }

    @Test func aVaultIsShownWithoutAScheduler() async throws {
        try await withSandbox(SandboxConfiguration()) { baseURL, _ in
            let program = try Program(baseURL: baseURL)
            let filled = try await program.run(
                "backfill", Self.weather, "--from", "2013-01-01", "--to", "2013-01-03", "--window", "1d")
            #expect(filled.status == 0, "\(filled.errors)")
            let served = try await program.runServing(["page", "--listen", "127.0.0.1:0"]) { address, send in
                let page = try #require(try await Self.get(address + "tasks/storage-time/\(Self.weather)"))
                #expect(page.status == 200 && page.text.contains("2013-01-03 00:00"), "\(page.text.prefix(3000))")
                // What another process adds is seen.
                let more = try await program.run(
                    "backfill", Self.weather, "--from", "2013-01-03", "--to", "2013-01-05", "--window", "1d")
                #expect(more.status == 0, "\(more.errors)")
                let later = try #require(try await Self.get(address + "tasks/storage-time/\(Self.weather)"))
                #expect(later.text.contains("2013-01-05 00:00"), "\(later.text.prefix(3000))")
                try send(.terminate)
            }
            #expect(served.status == 0, "\(served.output)")
            let files = try await program.run("page", "-o", "site")
            #expect(
                files.status == 0 && FileManager.default.fileExists(atPath: "\(program.folder.path)/site/index.html"))
            let metrics = try await program.run("metrics")
            #expect(metrics.status == 0 && metrics.output.contains("octovault_task_rows{task=\"\(Self.weather)\""))
            let written = try await program.run("metrics", "-o", "out.prom")
            #expect(written.status == 0 && written.output.isEmpty)
            #expect(try String(contentsOfFile: "\(program.folder.path)/out.prom", encoding: .utf8).hasSuffix("\n"))
        }
    }

    /// The page's heading and the first line of `status` and of `doctor`.
    private static func verdicts(_ program: Program, _ address: String) async throws -> [String] {
        let front = try #require(try await get(address)).text
        let heading = try #require(front.firstMatch(of: #/<h1 class="verdict[^>]*>.*?<\/span> (.*?)<\/h1>/#)).1
        let status = try await program.run("status").output.split(separator: "\n").first
        let doctor = try await program.run("doctor").output.split(separator: "\n").first
        return [heading, try #require(status), try #require(doctor)].map(String.init)
    }

    @Test func thePageStatusAndDoctorTellOneVerdict() async throws {
        try await withSandbox(SandboxConfiguration()) { baseURL, _ in
            let program = try Program(baseURL: baseURL)
            @Sendable func backfill(_ from: String, _ to: String) async throws {
                let taken = try await program.run(
                    "backfill", Self.weather, "--from", from, "--to", to, "--window", "1d")
                #expect(taken.status == 0, "\(taken.errors)")
            }
            try await backfill("2013-01-01", "2013-01-02")
            let served = try await program.runServing(["page", "--listen", "127.0.0.1:0"]) { address, send in
                let well = try await Self.verdicts(program, address)
                #expect(Set(well) == ["The one task is covered to 2013-01-02 00:00. Nothing is missing."])
                try await backfill("2013-01-04", "2013-01-05")
                let gap = try await Self.verdicts(program, address)
                #expect(Set(gap) == ["The one task has gaps, 2d in all."])
                try await backfill("2013-01-02", "2013-01-04")
                let archive = try #require(program.folder.allFiles().filter { $0.hasSuffix(".ndjson.gz") }.first)
                try Data("broken".utf8).write(to: URL(fileURLWithPath: "\(program.folder.path)/\(archive)"))
                #expect(try await program.run("verify").status == 65)
                let damaged = try await Self.verdicts(program, address)
                #expect(Set(damaged).count == 1 && damaged[0].contains("1 snapshot is damaged"), "\(damaged)")
                try send(.terminate)
            }
            #expect(served.status == 0, "\(served.output)")
        }
    }

    @Test(
        arguments: [
            (["page"], 64), (["page", "--listen", "127.0.0.1:0", "-o", "x"], 64),
            (["page", "--listen", "0.0.0.0:0"], 64), (["run", "--listen", "0.0.0.0:0"], 64),
            (["run", "--once", "--listen", "127.0.0.1:0"], 64), (["page", "-o", "x", "--listen-open"], 64),
            (["page", "--listen", "nonsense"], 64),
            (["page", "--listen", "0.0.0.0:0", "--listen-password-file", "none"], 78),
            (["page", "-o", "/proc/none/site"], 73), (["metrics", "-o", "/proc/none/file"], 73),
            (["page", "--listen", "203.0.113.1:0", "--listen-open"], 73),
        ] as [([String], Int32)])
    func whatCannotBeIsRefused(arguments: [String], status: Int32) async throws {
        let program = try Program()
        try program.write(jobs: ["live": Self.job])
        // Where the refusal comes once the vault is open, there must be one.
        if status == 73 { _ = try await program.run("run", "--once") }
        let refused = try await program.run(arguments)
        #expect(refused.status == status && !refused.errors.isEmpty, "\(refused.errors)")
    }

    @Test func aPortThatIsTakenEndsTheSchedulerBeforeAJobRuns() async throws {
        let program = try Program()
        try program.write(jobs: ["live": Self.job])
        _ = try await program.run("run", "--once")
        let first = try await program.runServing(["page", "--listen", "127.0.0.1:0"]) { address, send in
            let place = address.dropFirst("http://".count).dropLast()
            let second = try await program.run("run", "--listen", String(place))
            #expect(second.status == 73 && second.errors.contains("cannot listen"), "\(second.errors)")
            try send(.terminate)
        }
        #expect(first.status == 0)
        #expect(try await program.run("history", "--json").jsonLines().count == 1)
    }

    /// How long pages are fetched in all; `OCTOVAULT_SOAK_SECONDS` makes it longer.
    private static let seconds =
        ProcessInfo.processInfo.environment["OCTOVAULT_SOAK_SECONDS"].flatMap(Int.init) ?? Sampling.number(2, of: 12)

    @Test func pagesFetchedAllTheTimeDisturbNoRunAndAKillLosesNothing() async throws {
        try await withSandbox(SandboxConfiguration(liveRowsPerSecond: 20)) { baseURL, _ in
            let program = try Program(baseURL: baseURL)
            try program.write(jobs: ["live": Self.job])
            for round in 0..<2 {
                let share = Duration.seconds(max(1, Self.seconds / 2))
                let counted = try await program.runServing(["run", "--listen", "127.0.0.1:0"]) { address, send in
                    let visits = Visits(atLeast: share)
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        for path in Self.paths {
                            group.addTask {
                                while visits.goOn {
                                    guard let answer = try await Self.get(address + path) else { continue }
                                    if path == "api/runs", answer.text.contains(#""outcome":"done""#) {
                                        visits.aRunHasEnded()
                                    }
                                    // A run may not have ended, or begun, by then.
                                    #expect(
                                        answer.status == 200 || path.hasPrefix("runs/") || path.hasPrefix("tasks/"),
                                        "\(path): \(answer)")
                                }
                            }
                        }
                        try await group.waitForAll()
                    }
                    try send(round == 0 ? .kill : .terminate)
                }
                #expect(counted.status == (round == 0 ? 137 : 0), "\(counted.output.suffix(2000))")
            }
            let runs = try await program.run("history", "--json", "-n", "1000").jsonLines()
            #expect(runs.contains { ($0["sealed"] as? Int ?? 0) + ($0["empty"] as? Int ?? 0) > 0 })
            #expect(!runs.contains { ["failed", "partial"].contains($0["outcome"] as? String) }, "\(runs)")
            #expect(try await program.run("run", "--once").status == 0)
            #expect(try await program.run("verify", "--deep").status == 0)
            let status = try #require(try await program.run("status", "--json").jsonLines().first)
            #expect((status["gaps"] as? [Any])?.isEmpty == true, "\(status)")
        }
    }
}

/// How long pages are fetched: until the time is over and a run has ended, but no more than a minute longer.
private final class Visits: Sendable {
    private let end: ContinuousClock.Instant
    private let hasSeenARun = Mutex(false)

    init(atLeast time: Duration) {
        end = ContinuousClock.now.advanced(by: time)
    }

    var goOn: Bool {
        let left = ContinuousClock.now.duration(to: end)
        return left > .zero || left > .seconds(-60) && !hasSeenARun.withLock { $0 }
    }

    func aRunHasEnded() {
        hasSeenARun.withLock { $0 = true }
    }
}

extension Program {
    /// Starts what serves a page, hands its address to `body` once it can be looked at, and waits for the end.
    ///
    /// - Returns: the status, and what it wrote to either output.
    func runServing(
        _ arguments: [String],
        _ body: @escaping @Sendable (_ address: String, _ send: @escaping SendSignal) async throws -> Void
    ) async throws -> Outcome {
        let result = try await Subprocess.run(
            .path(FilePath(Self.path)), arguments: Arguments(arguments), environment: environment,
            workingDirectory: FilePath(folder.path), input: .none, output: .sequence, error: .combinedWithOutput
        ) { execution -> String in
            let (addresses, sender) = AsyncStream<String>.makeStream()
            return try await withThrowingTaskGroup(of: String.self) { group in
                let output = execution.standardOutput
                group.addTask {
                    var text = ""
                    var isTold = false
                    for try await buffer in output {
                        text += buffer.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
                        guard !isTold, let found = text.firstMatch(of: #/http:\/\/[^\s"]+\/(?=[\s"])/#) else {
                            continue
                        }
                        isTold = true
                        sender.yield(String(found.0))
                    }
                    sender.finish()
                    return text
                }
                for await address in addresses {
                    try await body(address) { try execution.send(signal: $0) }
                    break
                }
                return try await group.next() ?? ""
            }
        }
        return Outcome(
            status: Self.status(result.terminationStatus), output: result.closureResult, errors: "")
    }
}
