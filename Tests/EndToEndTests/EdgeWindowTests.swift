import Foundation
import Records
import Sandbox
import StorageTime
import TestSupport
import Testing

/// A window that is taken for the rows at its end alone: nobody asked for it, and nobody gets its rows unasked.
@Suite(.timeLimit(.minutes(60))) struct EdgeWindowTests {
    /// Rows at the edges of 2020-01-02, and around them.
    private static func fill(_ store: SandboxStore) throws {
        for text in [
            "2020-01-01 06:00:00", "2020-01-01 23:00:00", "2020-01-01 23:59:58", "2020-01-02 00:00:00",
            "2020-01-02 00:00:00", "2020-01-02 00:30:00", "2020-01-02 13:00:07", "2020-01-03 00:00:00",
            "2020-01-03 08:00:00",
        ].enumerated() {
            store.insert(
                task: "edges", row: #"{"n":"\#(text.offset)","at":"\#(text.element)"}"#,
                at: try StorageInstant(parsing: text.element))
        }
    }

    /// The rows of [2020-01-02, 2020-01-03) as a server of that convention counts them; where the last second's rows
    /// may be those of the first edge, they are.
    private static func expected(_ store: SandboxStore, _ convention: IntervalConvention) throws -> [[UInt8]: Int] {
        let (from, to) = (
            StoredTime(try StorageInstant(parsing: "2020-01-02")), StoredTime(try StorageInstant(parsing: "2020-01-03"))
        )
        return store.rows(of: "edges").reduce(into: [:]) { rows, row in
            let isInside = from <= row.time && (convention == .leftOpen ? row.time <= to : row.time < to)
            if isInside { rows[row.bytes, default: 0] += 1 }
        }
    }

    private static func sandbox(_ convention: IntervalConvention) -> SandboxConfiguration {
        var configuration = SandboxConfiguration(tasks: [TaskSpecification(id: "edges")])
        configuration.bounds = convention
        return configuration
    }

    @Test(arguments: Sampling.pairs([IntervalConvention.closed, .halfOpen, .leftOpen], ["1d", "6h"]))
    func aRestoreGivesTheRowsThatWereAskedForAndNoOthers(_ convention: IntervalConvention, _ step: String) async throws
    {
        try await withSandbox(Self.sandbox(convention)) { baseURL, store in
            try Self.fill(store)
            let program = try Program(baseURL: baseURL)
            let range = ["--from", "2020-01-02", "--to", "2020-01-03"]
            let taken = try await program.run(["backfill", "edges", "--window", step, "--json"] + range)
            #expect(taken.status == 0, "\(taken.errors)")
            let expected = try Self.expected(store, convention)
            #expect(try taken.json()["rows"] as? Int == expected.values.reduce(0, +))
            let restored = try await program.run("restore", "edges", "--format", "ndjson")
            #expect(multiset(restored.output) == expected, "\(restored.output)")
            let status = try #require(try await program.run("status", "--json").jsonLines().first)
            #expect(status["rows"] as? Int == expected.values.reduce(0, +))
            if convention != .leftOpen { #expect(status["from"] as? String == "2020-01-02 00:00:00") }
            let again = try await program.run(["backfill", "edges", "--window", step, "--json"] + range)
            #expect(try again.json()["requests"] as? Int == 0)
            #expect(try await program.run("verify", "--deep").status == 0)
            #expect(try await program.run("catalog", "rebuild").status == 0)
            #expect(multiset(try await program.run("restore", "edges", "--format", "ndjson").output) == expected)
        }
    }

    @Test func listNamesItAndAllWindowsBringsIt() async throws {
        try await withSandbox(Self.sandbox(.halfOpen)) { baseURL, store in
            try Self.fill(store)
            let program = try Program(baseURL: baseURL)
            let range = ["--from", "2020-01-02", "--to", "2020-01-03"]
            _ = try await program.run(["backfill", "edges", "--window", "1d"] + range)
            let list = try await program.run("list", "edges")
            #expect(list.lines.count == 2 && list.lines.first?.hasSuffix("for an edge only") == true, "\(list.output)")
            let manifests = try await program.run("list", "edges", "--json").jsonLines()
            #expect(manifests.map { $0["edge_only"] as? Bool } == [true, nil])
            let all = try await program.run("restore", "edges", "--format", "ndjson", "--all-windows")
            #expect(all.lines.count == 7)
            // Who names the time wants it.
            let named = try await program.run(
                "restore", "edges", "--format", "ndjson", "--from", "2020-01-01", "--to", "2020-01-02")
            #expect(named.lines.count == 3)
            // Asked for after all, it is asked for without a request.
            let earlier = try await program.run(
                "backfill", "edges", "--window", "1d", "--from", "2020-01-01", "--to", "2020-01-02", "--json")
            #expect(try earlier.json()["skipped"] as? Int == 1)
            #expect(try await program.run("restore", "edges", "--format", "ndjson").lines.count == 7)
            #expect(try await program.run("list", "edges").output.contains("edge only") == false)
        }
    }

    @Test func aJobThatStartsSomewhereLeavesWhatIsBeforeOut() async throws {
        try await withSandbox(Self.sandbox(.halfOpen)) { baseURL, store in
            try Self.fill(store)
            let program = try Program(baseURL: baseURL)
            let job = "tasks: [edges]\nschedule: \"0 3 * * *\"\nwindow: 30d\nsettle: 0s\nstart: "
            try program.write(jobs: ["edges": job + "2020-01-02\n"])
            for _ in 0..<2 {
                let run = try await program.run("run", "--once")
                #expect(run.status == 0, "\(run.errors)")
                #expect(try await program.run("restore", "edges", "--format", "ndjson").lines.count == 6)
                #expect(try await program.run("list", "edges").output.contains("for an edge only"))
            }
            try program.write(jobs: ["edges": job + "2019-12-01\n"])
            #expect(try await program.run("run", "--once").status == 0)
            #expect(try await program.run("restore", "edges", "--format", "ndjson").lines.count == 9)
        }
    }
}
