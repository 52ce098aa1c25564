import Foundation
import Records
import Sandbox
import StorageTime
import TestSupport
import Testing

/// Jobs of sources without windows: each run is a capture.
@Suite(.timeLimit(.minutes(60))) struct RunSourcesTests {
    static let weather = TaskSpecification.weather.id

    @Test(arguments: ["all", "last-extraction"])
    func aJobCapturesAWholeSourceAndStoresTheSameRowsOnce(source: String) async throws {
        try await withSandbox { baseURL, store in
            let program = try Program(baseURL: baseURL)
            try program.write(jobs: ["capture": "tasks: [\(Self.weather)]\nsource: \(source)\nschedule: \"@daily\"\n"])
            let first = try await program.run("run", "--once", "--json")
            #expect(first.status == 0, "\(first.errors)")
            #expect(try first.json()["sealed"] as? Int == 1)
            let second = try await program.run("run", "--once", "--json")
            #expect(second.status == 0, "\(second.errors)")
            #expect(try second.json()["sealed"] as? Int == 0)
            #expect(try second.json()["counted"] as? Int == 1)
            let restored = try await program.run("restore", Self.weather, "--source", source, "--format", "ndjson")
            #expect(restored.status == 0, "\(restored.errors)")
            let rows = multiset(restored.output)
            let all = store.multiset(of: Self.weather)
            #expect(!rows.isEmpty && rows.allSatisfy { $1 <= all[$0, default: 0] })
            #expect(source != "all" || rows == all)
        }
    }

    @Test func aJobDrainsUnexportedRowsOnce() async throws {
        try await withSandbox { baseURL, store in
            let program = try Program(baseURL: baseURL)
            try program.write(jobs: ["drain": "tasks: [\(Self.weather)]\nsource: unexported\nschedule: \"@daily\"\n"])
            for _ in 0..<2 {
                let run = try await program.run("run", "--once", "--json")
                #expect(run.status == 0, "\(run.errors)")
            }
            let restored = try await program.run(
                "restore", Self.weather, "--source", "unexported", "--format", "ndjson")
            #expect(multiset(restored.output) == store.multiset(of: Self.weather))
        }
    }

    @Test(arguments: ["all", "last-extraction"])
    func aCaptureLikeTheOneBeforeIsWrittenDownAsUnchangedAndNotStored(source: String) async throws {
        try await withSandbox { baseURL, _ in
            let program = try Program(baseURL: baseURL)
            try program.write(jobs: ["capture": "tasks: [\(Self.weather)]\nsource: \(source)\nschedule: \"@daily\"\n"])
            #expect(try await program.run("run", "--once").status == 0)
            let archives = try await program.run("list", "--files").lines
            let before = try await program.run("list", "--json").jsonLines()
            #expect(archives.count == 1 && before.first?["rechecked_at"] is NSNull)
            #expect(try await program.run("run", "--once").status == 0)
            let after = try await program.run("list", "--json").jsonLines()
            #expect(after.count == 1 && after.first?["rechecked_at"] is String)
            #expect(after.first?["captured_at"] as? String == before.first?["captured_at"] as? String)
            #expect(try await program.run("list", "--files").lines == archives)
            #expect(program.folder.allFiles().filter { $0.hasSuffix(".gz") }.count == 1)
            let runs = try await program.run("history", "--json").jsonLines()
            #expect(runs.map { $0["counted"] as? Int } == [0, 1], "the newest last")
        }
    }

    @Test func capturesHeedThePageSizeOfTheirTask() async throws {
        let configuration = SandboxConfiguration(tasks: [.weather, TaskSpecification(id: "small")])
        try await withSandbox(configuration) { baseURL, store in
            for number in 0..<60 {
                store.insert(task: "small", row: #"{"n":"\#(number)"}"#, at: try StorageInstant(parsing: "2020-01-01"))
            }
            let program = try Program(baseURL: baseURL)
            let overrides = "overrides:\n  - tasks: [small]\n    page_size: 30\n"
            try program.write(jobs: [
                "capture": "groups: all\nsource: all\npage_size: 500\nschedule: \"@daily\"\n" + overrides
            ])
            let run = try await program.run("run", "--once", "--json")
            #expect(run.status == 0, "\(run.errors)")
            let sizes = store.log.reduce(into: [String: Int]()) { sizes, request in
                guard request.endpoint == .all, let task = request.task else { return }
                sizes[task] = max(sizes[task] ?? 0, request.pageSize ?? 0)
            }
            #expect(sizes == [Self.weather: 500, "small": 30])
        }
    }

    @Test(arguments: [("", 100), ("page_size: 7\n", 7), ("overrides: [{tasks: [drained], page_size: 40}]\n", 40)])
    func unexportedRowsComeInBatchesOfThePageSizeAndOfAHundredWithoutOne(keys: String, batch: Int) async throws {
        try await Self.drain(keys) { program, store in
            let run = try await program.run("run", "--once", "--json")
            #expect(run.status == 0, "\(run.errors)")
            #expect(try run.json()["sealed"] as? Int == (250 + batch - 1) / batch)
            #expect(store.log.filter { $0.endpoint == .unexported }.allSatisfy { $0.pageSize == batch })
            let rows = try await program.run("list", "--json").jsonLines().compactMap { $0["rows"] as? Int }
            #expect(rows.max() == batch && rows.reduce(0, +) == 250)
        }
    }

    @Test func aFallOfTheTotalBeyondTheRowsReceivedIsSaidToBeLost() async throws {
        try await Self.drain("") { program, store in
            // A log-in, the group and its tasks for the name, and two batches; then fifty rows go as if another program
            // had taken them.
            store.after(requests: 5) { store in
                _ = store.remove(task: "drained") { $0.text.hasPrefix(#"{"n":"2"#) && $0.bytes.count == 11 }
            }
            let run = try await program.run("run", "--once", "--json")
            #expect(run.status == 65, "\(run.output)\(run.errors)")
            let summary = try run.json()
            #expect(summary["outcome"] as? String == "failed" && summary["rows"] as? Int == 200)
            #expect((summary["first_error"] as? String)?.contains("50 unexported rows left the server") == true)
            #expect(try await program.run("run", "--once").status == 0, "it is said once")
        }
    }

    /// A task of 250 rows that were never exported, and a job that drains it.
    private static func drain(
        _ keys: String, _ body: (_ program: Program, _ store: SandboxStore) async throws -> Void
    ) async throws {
        try await withSandbox(SandboxConfiguration(tasks: [TaskSpecification(id: "drained")])) { baseURL, store in
            for number in 0..<250 {
                store.insert(
                    task: "drained", row: #"{"n":"\#(number)"}"#, at: try StorageInstant(parsing: "2020-01-01"))
            }
            let program = try Program(baseURL: baseURL)
            try program.write(jobs: ["drain": "tasks: [drained]\nsource: unexported\nschedule: \"@daily\"\n" + keys])
            try await body(program, store)
        }
    }
}
