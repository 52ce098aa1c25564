import Foundation
import Records
import Sandbox
import StorageTime
import Subprocess
import TestSupport
import Testing

/// The scheduler fires every second over twenty tasks of a live server, and is killed with -9 again and again.
@Suite(.fewWaitingAtATime, .timeLimit(.minutes(60))) struct SoakTests {
    /// How long it is left running in all; `OCTOVAULT_SOAK_SECONDS` makes it longer.
    static let seconds =
        ProcessInfo.processInfo.environment["OCTOVAULT_SOAK_SECONDS"].flatMap(Int.init) ?? Sampling.number(8, of: 12)
    /// How often it is killed; `OCTOVAULT_SOAK_KILLS` says otherwise.
    static let kills = ProcessInfo.processInfo.environment["OCTOVAULT_SOAK_KILLS"].flatMap(Int.init) ?? 3
    static let tasks = (1...20).map { "task-\($0)" }

    @Test func aSchedulerKilledAgainAndAgainHoldsExactlyTheServersRowsInTheEnd() async throws {
        let configuration = SandboxConfiguration(
            tasks: Self.tasks.map { TaskSpecification(id: $0, rows: .weather) }, liveRowsPerSecond: 5)
        try await withSandbox(configuration) { baseURL, store in try await Self.soak(baseURL, store) }
    }

    private static func soak(_ baseURL: String, _ store: SandboxStore) async throws {
        let seed = UInt64.random(in: 1...UInt64.max)
        var generator = SeededGenerator(seed: seed)
        let program = try Program(baseURL: baseURL)
        let start = StorageClock(timeZone: .gmt).storageTime(at: Date())
        try program.write(jobs: [
            "soak": """
            tasks: [\(tasks.joined(separator: ", "))]
            schedule: "* * * * * *"
            window: 2s
            settle: 1s
            recheck: 1m
            start: \(start)
            """
        ])
        let share = max(1, seconds * 1000 / (kills + 1))
        for kill in 0..<kills {
            let delay = Int.random(in: share / 2...share * 3 / 2, using: &generator)
            let killed = try await program.start(["run"]) { send in
                try await Task.sleep(for: .milliseconds(delay))
                try send(.kill)
            }
            #expect(killed.status == 137, "seed \(seed), kill \(kill): \(killed.errors)")
        }
        let drained = try await program.start(["run"]) { send in
            try await Task.sleep(for: .milliseconds(share))
            try send(.terminate)
        }
        #expect(drained.status == 0, "seed \(seed): \(drained.errors)")
        let last = try await program.run("run", "--once")
        #expect(last.status == 0, "seed \(seed): \(last.output)\(last.errors)")
        try await compare(program, store, since: start, "seed \(seed)")
    }

    private static func compare(
        _ program: Program, _ store: SandboxStore, since start: StorageInstant, _ said: String
    ) async throws {
        var rows = 0
        let lines = try await program.run("status", "--json").jsonLines()
        #expect(Set(lines.compactMap { $0["task"] as? String }) == Set(tasks), "\(said)")
        for line in lines {
            let task = try #require(line["task"] as? String)
            #expect(line["gaps"] as? [[String: String]] == [], "\(said), \(task)")
            let end = try StorageInstant(parsing: #require(line["to"] as? String))
            #expect(end.seconds - start.seconds >= seconds / 2, "\(said), \(task)")
            let from = try StorageInstant(parsing: #require(line["from"] as? String))
            #expect(from <= start)
            let expected = store.rows(of: task).filter { $0.time >= StoredTime(from) && $0.time < StoredTime(end) }
                .reduce(into: [[UInt8]: Int]()) { $0[$1.bytes, default: 0] += 1 }
            let restored = try await program.run("restore", task, "--format", "ndjson")
            #expect(multiset(restored.output) == expected, "\(said), \(task), \(from) to \(end)")
            rows += expected.values.reduce(0, +)
        }
        print("soak: \(said), \(kills) kills, \(rows) rows of \(lines.count) tasks compared")
        #expect(try await program.run("verify", "--deep").status == 0, "\(said)")
        #expect(program.folder.allFiles().filter { $0.hasSuffix(".partial") } == [], "\(said)")
    }
}
