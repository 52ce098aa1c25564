import Foundation
import Sandbox
import StorageTime
import TestSupport
import Testing

/// Which tasks a job takes, and how each of them is taken, by the built program against the sandbox.
@Suite(.fewAtATime, .timeLimit(.minutes(60))) struct RunSelectionTests {
    private static let rest = "schedule: \"0 3 * * *\"\nwindow: 400d\nstart: 2020-01-01\n"

    /// A server of tasks by these names, each with as many rows, one a day.
    private static func withTasks(
        _ names: [String: String], groups: [String] = [], rows: Int = 40,
        _ body: (_ program: Program, _ store: SandboxStore) async throws -> Void
    ) async throws {
        let tasks = names.sorted { $0.key < $1.key }.map { TaskSpecification(id: $0.key, name: $0.value) }
        let configuration = SandboxConfiguration(
            tasks: tasks, groups: try groups.map { try GroupSpecification.parse($0) })
        try await withSandbox(configuration) { baseURL, store in
            for task in names.keys { try fill(task, rows, store) }
            try await body(try Program(baseURL: baseURL), store)
        }
    }

    private static func fill(_ task: String, _ rows: Int, _ store: SandboxStore) throws {
        let first = try StorageInstant(parsing: "2020-01-01 12:00:00")
        for number in 0..<rows {
            store.insert(
                task: task, row: #"{"task":"\#(task)","n":"\#(number)"}"#, at: first.advanced(by: number * 86_400))
        }
    }

    /// The files of a task, byte by byte.
    private static func files(of task: String, _ program: Program) throws -> [String: Data] {
        let paths = program.folder.allFiles().filter { $0.contains("/vault_task=\(task)/") }
        return Dictionary(
            uniqueKeysWithValues: try paths.map {
                ($0, try Data(contentsOf: URL(fileURLWithPath: "\(program.folder.path)/\($0)")))
            })
    }

    private static func takenTasks(_ program: Program) async throws -> Set<String> {
        let manifests = try await program.run("list", "--json").jsonLines()
        return Set(manifests.compactMap { ($0["task"] as? [String: Any])?["id"] as? String })
    }

    @Test(arguments: ["groups: [84]", "groups: all"])
    func aGroupJobTakesANewTaskAndNamesAVanishedOneWhoseFilesItLeavesAlone(groups: String) async throws {
        try await Self.withTasks(["a": "Shop A", "b": "Weather"]) { program, store in
            try program.write(jobs: ["grouped": "\(groups)\n\(Self.rest)"])
            let first = try await program.run("run", "--once", "--json")
            #expect(first.status == 0, "\(first.errors)")
            #expect(try first.json()["rows"] as? Int == 80)
            let files = try Self.files(of: "a", program)
            #expect(files.count >= 2)
            store.removeTask("a")
            try Self.fill("c", 7, store)
            let second = try await program.run("run", "--once", "--json")
            #expect(second.status == 0, "\(second.errors)")
            let summary = try second.json()
            #expect(summary["new_tasks"] as? [[String: String]] == [["task": "c", "name": "c"]])
            #expect(summary["vanished_tasks"] as? [[String: String]] == [["task": "a", "name": "Shop A"]])
            #expect(summary["rows"] as? Int == 7)
            #expect(second.errors.contains("Tasks have vanished; their archives stay"))
            #expect(try Self.files(of: "a", program) == files)
            #expect(try await program.run("restore", "a", "--format", "ndjson").lines.count == 40)
            let third = try await program.run("run", "--once", "--json").json()
            #expect(
                (third["new_tasks"] as? [Any])?.isEmpty == true && (third["vanished_tasks"] as? [Any])?.isEmpty == true)
        }
    }

    @Test(
        arguments: Sampling.some(
            3,
            of: [
                ("tasks: [{name: \"Shop *\"}]", ["a", "c"]),
                ("tasks: {name: [\"Shop ?\", Weather]}", ["a", "b", "c"]),
                ("tasks: [b, {name: \"Shop A\"}]", ["a", "b"]), ("tasks: [{name: \"shop *\"}, d]", ["d"]),
                ("tasks: [{name: \"Sh*C\"}]\ngroups: [7]", ["c", "d"]),
            ]))
    func aPatternTakesTheTasksOfThatNameAndNoOthers(selection: String, tasks: [String]) async throws {
        let names = ["a": "Shop A", "b": "Weather", "c": "Shop C", "d": "Old shop"]
        try await Self.withTasks(names, groups: ["7=Seven:d", "8=Eight:a,b,c"], rows: 3) { program, _ in
            try program.write(jobs: ["named": "\(selection)\n\(Self.rest)"])
            _ = try await program.run("run", "--once")
            #expect(try await Self.takenTasks(program) == Set(tasks))
        }
    }

    @Test func aPatternThatNoTaskHasIsSaidAndTheOthersAreTaken() async throws {
        try await Self.withTasks(["a": "Shop A"], rows: 3) { program, _ in
            try program.write(jobs: ["named": "tasks: [{name: \"Shop *\"}, {name: \"shop *\"}]\n\(Self.rest)"])
            let run = try await program.run("run", "--once", "--json")
            #expect(run.status == 75, "\(run.errors)")
            #expect(try run.json()["outcome"] as? String == "partial")
            #expect(try run.json()["first_error"] as? String == "the account has no task with a name like 'shop *'")
            #expect(try await Self.takenTasks(program) == ["a"])
        }
    }

    @Test(
        arguments: Sampling.some(
            3,
            of: [
                ("tasks: [a, b]", "[a]"), ("tasks: [a, b]", "{name: \"Shop *\"}"), ("groups: [84]", "[a]"),
                ("tasks: [{name: \"*\"}]", "{name: \"Shop *\"}"),
                ("tasks: [a]\ngroups: [84]", "{name: \"Shop *\"}"),
            ]))
    func anOverrideChangesTheWindowsOfItsTasksAndOfNoOthers(selection: String, overridden: String) async throws {
        try await Self.withTasks(["a": "Shop A", "b": "Weather"], rows: 3) { program, _ in
            let overrides =
                "overrides:\n  - tasks: \(overridden)\n    window: 200d\n    settle: 1000d\n    recheck: 0s\n"
            try program.write(jobs: ["mixed": "\(selection)\n\(Self.rest)\(overrides)"])
            let run = try await program.run("run", "--once", "--json")
            #expect(run.status == 0, "\(run.errors)")
            var ends: [String: StorageInstant] = [:]
            for manifest in try await program.run("list", "--json").jsonLines() {
                let task = try #require((manifest["task"] as? [String: Any])?["id"] as? String)
                let window = try #require(manifest["window"] as? [String: String])
                let from = try StorageInstant(parsing: window["from"] ?? "")
                let to = try StorageInstant(parsing: window["to"] ?? "")
                #expect(from.advanced(by: (task == "a" ? 200 : 400) * 86_400) >= to, "\(task) \(from) \(to)")
                ends[task] = max(to, ends[task] ?? to)
            }
            // The windows of both end on edges that the job's own grid has, but for those that settle later.
            let (settlingLate, settlingSoon) = (try #require(ends["a"]), try #require(ends["b"]))
            #expect(settlingLate.advanced(by: 400 * 86_400) <= settlingSoon, "\(settlingLate) \(settlingSoon)")
        }
    }
}
