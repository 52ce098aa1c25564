import Foundation
import Sandbox
import StorageTime
import Subprocess
import TestSupport
import Testing

/// The built program is killed with -9 at random moments, again and again; one clean run then makes everything whole.
@Suite(.fewAtATime) struct CrashTests {
    /// More where `OCTOVAULT_KILLS` says so.
    static let kills =
        ProcessInfo.processInfo.environment["OCTOVAULT_KILLS"].flatMap(Int.init)
        ?? Sampling.number(4, of: 30)

    static let weather = TaskSpecification.weather.id
    static let arguments = [
        "backfill", weather, "--from", "2012-01-01", "--to", "2013-01-01", "--window", "1d", "--json",
    ]

    @Test func aBackfillKilledAtRandomMomentsLosesAndDoublesNothing() async throws {
        try await withSandbox { baseURL, store in try await Self.killBackfills(baseURL, store) }
    }

    private static func killBackfills(_ baseURL: String, _ store: SandboxStore) async throws {
        let program = try Program(baseURL: baseURL)
        let seed = UInt64.random(in: 1...UInt64.max)
        var generator = SeededGenerator(seed: seed)
        var killed = 0
        var isReplacing = false
        for number in 0..<kills {
            let delay = Int.random(in: 40...500, using: &generator)
            let outcome = try await program.start(arguments + (isReplacing ? ["--force"] : [])) { send in
                try await Task.sleep(for: .milliseconds(delay))
                // It may have ended by itself.
                try? send(.kill)
            }
            if outcome.status == 137 { killed += 1 }
            #expect([0, 137].contains(outcome.status), "seed \(seed), kill \(number): \(outcome.errors)")
            if outcome.status == 0 || number > kills / 2 {
                // From now on windows are taken again, each with a row that came late.
                isReplacing = true
                try insertLateRows(number, store, &generator)
            }
        }
        print("crash: seed \(seed), \(killed) of \(kills) runs were killed")
        #expect(killed > kills / 4, "seed \(seed)")
        let last = try await program.run(arguments + ["--force"])
        #expect(last.status == 0, "seed \(seed): \(last.output)\(last.errors)")
        try await check(program, store, "seed \(seed)")
    }

    private static func insertLateRows(
        _ number: Int, _ store: SandboxStore, _ generator: inout SeededGenerator
    ) throws {
        let start = try StorageInstant(parsing: "2012-01-01")
        for row in 0..<5 {
            store.insert(
                task: weather, row: "{\"late\":\"\(number)-\(row)\"}",
                at: start.advanced(by: Int.random(in: 0..<366 * 86_400, using: &generator)))
        }
    }

    /// Coverage is whole, the rows are the server's, nothing is half done, and every archive reads.
    static func check(_ program: Program, _ store: SandboxStore, _ said: String) async throws {
        let restored = try await program.run("restore", weather, "--format", "ndjson")
        #expect(restored.status == 0, "\(said): \(restored.errors)")
        let year = try StorageInstant(parsing: "2013-01-01")
        let expected = store.rows(of: weather).filter { $0.time < StoredTime(year) }
            .reduce(into: [[UInt8]: Int]()) { $0[$1.bytes, default: 0] += 1 }
        #expect(multiset(restored.output) == expected, "\(said)")
        #expect(program.folder.allFiles().filter { $0.hasSuffix(".partial") } == [], "\(said)")
        let verify = try await program.run("verify", "--deep", "--json")
        #expect(verify.status == 0, "\(said): \(verify.output)\(verify.errors)")
        let status = try await program.run("status", "--json")
        #expect(status.status == 0, "\(said): \(status.output)")
    }
}
