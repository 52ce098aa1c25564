import Foundation
import Records
import Sandbox
import StorageTime
import Subprocess
import TestSupport
import Testing

/// Captures of sources without windows, by the built program against the sandbox.
@Suite struct SnapshotCommandTests {
    static let weather = TaskSpecification.weather.id

    @Test(arguments: ["all", "last-extraction"])
    func aCaptureIsRestoredAndTheSameRowsAreNotStoredTwice(source: String) async throws {
        try await withSandbox(SandboxConfiguration()) { baseURL, store in
            try await Self.capture(source, baseURL, store)
        }
    }

    private static func capture(_ source: String, _ baseURL: String, _ store: SandboxStore) async throws {
        let program = try Program(baseURL: baseURL)
        let arguments = ["snapshot", weather, "--source", source, "--json", "--page-size", "200"]
        let first = try await program.run(arguments)
        #expect(first.status == 0, "\(first.output)\(first.errors)")
        let captured = try first.json()
        #expect(captured["result"] as? String == "captured")
        #expect(captured["proof"] as? String == (source == "all" ? "two-passes" : "one-answer"))
        #expect((captured["path"] as? String)?.hasPrefix("vault_source=\(source)/") == true)
        let second = try await program.run(arguments)
        #expect(try second.json()["result"] as? String == "unchanged")
        #expect(try second.json()["captured_at"] as? String == captured["captured_at"] as? String)
        let manifests = try await program.run("list", "--json").jsonLines()
        #expect(manifests.count == 1)
        #expect(manifests.first?["rechecked_at"] is String)
        let restored = try await program.run("restore", weather, "--source", source, "--format", "ndjson")
        #expect(restored.status == 0)
        if source == "all" { #expect(multiset(restored.output) == store.multiset(of: weather)) }
        #expect(restored.lines.count == captured["rows"] as? Int)
        store.insert(task: weather, row: #"{"weather":"rainbow"}"#, at: try StorageInstant(parsing: "2015-12-31"))
        #expect(try await program.run(arguments).json()["result"] as? String == "captured")
        let newest = try await program.run("restore", weather, "--source", source, "--format", "ndjson")
        #expect(newest.lines.contains(#"{"weather":"rainbow"}"#))
        #expect(try await program.run("verify", "--deep").status == 0)
        let statuses = try await program.run("status", "--json")
        #expect(statuses.status == 0)
        #expect(try statuses.jsonLines().first?["snapshots"] as? Int == 2)
    }

    @Test func unexportedRowsComeBackWholeFromTheirBatches() async throws {
        try await withSandbox(SandboxConfiguration()) { baseURL, store in
            let program = try Program(baseURL: baseURL)
            let drain = try await program.run("snapshot", Self.weather, "--source", "unexported", "--json")
            #expect(drain.status == 0, "\(drain.output)\(drain.errors)")
            let summary = try drain.json()
            #expect(summary["result"] as? String == "drained")
            #expect(summary["rows"] as? Int == 1461)
            #expect(summary["captures"] as? Int == 15)
            #expect(summary["left"] as? Int == 0)
            #expect(summary["lost"] as? Int == 0)
            let again = try await program.run("snapshot", Self.weather, "--source", "unexported", "--json")
            #expect(try again.json()["captures"] as? Int == 0)
            let restored = try await program.run(
                "restore", Self.weather, "--source", "unexported", "--format", "ndjson")
            #expect(multiset(restored.output) == store.multiset(of: Self.weather))
            #expect(try await program.run("verify", "--deep").status == 0)
            #expect(program.folder.allFiles().filter { $0.hasSuffix(".reserve") || $0.hasSuffix(".partial") } == [])
        }
    }

    /// What a fault at the fourth request does to the rows, and what the command says of it.
    @Test(
        arguments: Sampling.some(
            4,
            of: [
                (Fault(.resetWithin), 100, 0), (Fault(.shortBody), 100, 0), (Fault(.malformedJSON), 0, 1),
                (Fault(.resetBefore), 0, 0), (Fault(.proxyError), 0, 0), (Fault(.serverError), 0, 0),
                (Fault(.tooManyRequests, text: "0"), 0, 0), (Fault(.unauthorized), 0, 0),
            ]))
    func noFaultLosesARowUnsaid(fault: Fault, lost: Int, kept: Int) async throws {
        var configuration = SandboxConfiguration()
        configuration.faults = FaultPlan([.init(fault, endpoints: [.unexported], skip: 3, count: 1)])
        try await withSandbox(configuration) { baseURL, store in
            try await Self.drain(baseURL, store, lost: lost, kept: kept)
        }
    }

    private static func drain(_ baseURL: String, _ store: SandboxStore, lost: Int, kept: Int) async throws {
        let program = try Program(baseURL: baseURL)
        let drain = try await program.run("snapshot", weather, "--source", "unexported", "--json")
        let summary = try drain.json()
        let isWhole = lost == 0 && kept == 0
        #expect(drain.status == (isWhole ? 0 : 65), "\(drain.output)\(drain.errors)")
        #expect(summary["lost"] as? Int == lost)
        #expect(summary["perhaps_lost"] as? Int == 0)
        #expect((summary["kept_files"] as? [String])?.count == kept)
        if isWhole { #expect(summary["rows"] as? Int == 1461) }
        for path in summary["kept_files"] as? [String] ?? [] {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(program.vault)/\(path)"))
            // Half of an answer of 100 rows, as it came.
            #expect(bytes.starts(with: Array(#"{"data":{"#.utf8)) && bytes.count > 1000)
        }
        // The next run takes what is left.
        #expect(try await program.run("snapshot", weather, "--source", "unexported").status == 0)
        let restored = try await program.run("restore", weather, "--source", "unexported", "--format", "ndjson")
        #expect(restored.lines.count == 1461 - lost - 100 * kept)
        #expect(isSubset(multiset(restored.output), of: store.multiset(of: weather)))
    }

    @Test(
        .timeLimit(.minutes(60)),
        arguments: Sampling.pairs([(Signal.kill, Int32(137)), (.terminate, 143), (.interrupt, 130)], [3, 9, 14]))
    func stoppedAtAnyRequestAtMostTheBatchInFlightIsLost(signal: (Signal, status: Int32), request: Int) async throws {
        try await withSandbox(SandboxConfiguration()) { baseURL, store in
            try await Self.stop(with: signal.0, status: signal.status, at: request, baseURL, store)
        }
    }

    private static func stop(
        with signal: Signal, status: Int32, at request: Int, _ baseURL: String, _ store: SandboxStore
    ) async throws {
        let program = try Program(baseURL: baseURL)
        let arguments = ["snapshot", weather, "--source", "unexported", "--json"]
        let stopped = try await program.run(arguments, sending: signal, beforeAnswering: request, by: store)
        #expect(stopped.status == status, "\(stopped.errors)")
        let rest = try await program.run(arguments)
        #expect(rest.status == 0, "\(rest.output)\(rest.errors)")
        let restored = try await program.run("restore", weather, "--source", "unexported", "--format", "ndjson")
        let missing = 1461 - restored.lines.count
        if signal == .kill {
            #expect((0...100).contains(missing), "at most the batch in flight")
        } else {
            #expect(missing == 0, "\(stopped.output)\(stopped.errors)")
            #expect(try stopped.json()["result"] as? String == "stopped")
        }
        #expect(isSubset(multiset(restored.output), of: store.multiset(of: weather)))
        #expect(try await program.run("verify", "--deep").status == 0)
        // What a kill cut short may hold rows that the server gives no more: it is set aside, not removed.
        let isSetAside: (String) -> Bool = { signal == .kill && $0.hasPrefix("vault/lost+found/") }
        let left = program.folder.allFiles().filter { $0.hasSuffix(".partial") || $0.hasSuffix(".reserve") }
        #expect(left.filter { !isSetAside($0) } == [])
    }

    private static func isSubset(_ rows: [[UInt8]: Int], of all: [[UInt8]: Int]) -> Bool {
        rows.allSatisfy { $0.value <= all[$0.key] ?? 0 }
    }

    @Test func aSourceOfRowsThatNeverRestIsGivenUpByName() async throws {
        var configuration = SandboxConfiguration(tasks: [TaskSpecification(id: "ties")])
        configuration.shufflesTies = true
        try await withSandbox(configuration) { baseURL, store in
            for number in 0..<50 {
                store.insert(task: "ties", row: #"{"n":"\#(number)"}"#, at: try StorageInstant(parsing: "2020-01-01"))
            }
            let program = try Program(baseURL: baseURL)
            let outcome = try await program.run(
                "snapshot", "ties", "--source", "all", "--page-size", "10", "--json")
            #expect(outcome.status == 75, "\(outcome.output)\(outcome.errors)")
            #expect(try outcome.json()["code"] as? String == "unstable")
            #expect(program.folder.allFiles().filter { $0.hasSuffix(".gz") || $0.hasSuffix(".partial") } == [])
        }
    }

    @Test(arguments: [
        ["snapshot", "t"], ["snapshot", "t", "--source", "storage-time"],
        ["snapshot", "t", "--source", "unexported", "--batch", "1001"],
        ["snapshot", "t", "--source", "all", "--page-size", "0"], ["probe", "t", "--requests", "3"],
    ])
    func aWrongCommandLineIsRefused(arguments: [String]) async throws {
        #expect(try await Program().run(arguments).status == 64)
    }

    @Test func aTaskThatTheServerDoesNotKnowLosesNothing() async throws {
        try await withSandbox { baseURL, _ in
            let outcome = try await Program(baseURL: baseURL).run(
                "snapshot", "nobody", "--source", "unexported", "--json")
            #expect(outcome.status == 64, "\(outcome.errors)")
            #expect(try outcome.json()["perhaps_lost"] as? Int == 0)
            #expect(try outcome.json()["code"] as? String == "task-unknown")
        }
    }
}
