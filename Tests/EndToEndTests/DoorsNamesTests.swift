import Archive
import Foundation
import Records
import Sandbox
import StorageTime
import TestSupport
import Testing
import Vault

/// Ids and names come from a server, and so from whoever names tasks there. They are shown, never obeyed.
@Suite(.fewAtATime) struct DoorsNamesTests {
    static let forged = "2026-01-01T00:00:00Z error forged"
    static let hostile = [
        "\u{1B}[31mred\u{1B}[0m", "\u{1B}]0;title\u{7}\u{1B}[2J", "line\n\(forged)\nbreak", "over\rwritten",
        "c1\u{9B}31mcsi",
        "\u{202E}gpj.exe\u{202C}", "zero\u{200B}width\u{FEFF}", "back\u{8}\u{8}space\u{7F}", "sep\u{2028}\u{2029}",
        "../../../etc/passwd", "/etc/passwd", "a/../../b", "..%2f..%2f", "quote\"},{\"task\":\"x", "tab\tbed",
        " \u{301}level=error \u{301}task=other", "$(touch pwned)`touch pwned`;|&", "%s%n%@", "-rf", "*",
        String(repeating: "long", count: 5_000), "e\u{301}", "é",
    ]
    static let range = ["--from", "2012-01-01", "--to", "2012-01-03", "--window", "1d"]

    @Test func aListOfHostileNamesIsAListAndNothingElse() async throws {
        let names = Self.hostile + ["nul\0l", String(repeating: "\u{1B}[5m", count: 200_000), ""]
        let tasks = names.enumerated().map { TaskSpecification(id: "\($0.offset)\($0.element)", name: $0.element) }
        let group = GroupSpecification(id: "7\u{1B}[1m", name: "g\n\(Self.forged)", tasks: tasks.map(\.id))
        try await withSandbox(SandboxConfiguration(tasks: tasks, groups: [group])) { baseURL, _ in
            let program = try Program(baseURL: baseURL)
            let text = try await program.run("tasks", "--log-level", "trace")
            #expect(text.status == 0, "\(text.errors.prefix(500))")
            #expect(text.lines.count == names.count)
            #expect(text.lines.allSatisfy { $0.utf8.count < 30_000 }, "a flood is cut")
            Self.expectHarmless(text)
            let json = try await program.run("tasks", "--json", "--log-level", "trace", "--log-format", "json")
            let listed = try json.jsonLines()
            #expect(listed.map { $0["name"] as? String } == names)
            #expect(listed.map { $0["task"] as? String } == tasks.map(\.id))
            Self.expectHarmless(json, logsJSON: true)
        }
    }

    /// The last is alone: to the sandbox it is the id before it.
    @Test(arguments: [hostile.dropLast(), hostile.suffix(1)].map(Array.init))
    func hostileIdsAreBackedUpInsideTheVaultAndShownHarmlessly(ids: [String]) async throws {
        try await withSandbox { baseURL, store in
            for id in ids {
                store.insert(task: id, row: #"{"a":"1"}"#, at: try .init(parsing: "2012-01-01 05:00:00"))
            }
            let program = try Program(baseURL: baseURL)
            for (format, arguments) in [("text", []), ("json", ["--force", "--json"])] {
                let logs = ["--log-level", "trace", "--log-format", format]
                let run = try await program.run(["backfill"] + Self.range + logs + arguments + ["--"] + ids)
                #expect(run.status == 0, "\(run.errors)")
                Self.expectHarmless(run, logsJSON: format == "json")
            }
            try await Self.look(at: ids, program)
            for id in Sampling.some(4, of: ids) {
                let failed = try await program.run(["backfill"] + Self.range + ["--json", "--", "missing\(id)"])
                #expect(failed.status != 0)
                Self.expectHarmless(failed)
            }
            let outside = program.folder.allFiles().filter { !$0.hasPrefix("vault/") && !$0.hasPrefix("state/") }
            #expect(outside == [])
        }
    }

    @Test(arguments: Sampling.some(1, of: ["text", "json"]))
    func jobsOverHostileIdsAndNamesTellOfThemHarmlessly(format: String) async throws {
        // The last two are one id to the sandbox.
        let tasks = Self.hostile.dropLast().map { TaskSpecification(id: $0, name: "name \($0)") }
        let group = GroupSpecification(id: "7\u{1B}[1m", name: "g\n\(Self.forged)", tasks: tasks.map(\.id))
        try await withSandbox(SandboxConfiguration(tasks: tasks, groups: [group])) { baseURL, store in
            for task in tasks {
                store.insert(task: task.id, row: #"{"a":"1"}"#, at: try .init(parsing: "2012-01-01 05:00:00"))
            }
            let program = try Program(baseURL: baseURL)
            let job = "groups: all\nschedule: \"0 3 * * *\"\nwindow: 4000d\nstart: 2012-01-01\nsettle: 0s\n"
            try program.write(jobs: ["all": job])
            let logs = ["--log-level", "trace", "--log-format", format]
            let first = try await program.run(["run", "--once"] + logs)
            #expect(first.status == 0, "\(first.errors.suffix(2000))")
            // Now every request fails.
            store.faults = FaultPlan([.init(Fault(.serverError, status: 500))], seed: 1)
            let failed = try await program.run(["run", "--once", "--json"] + logs)
            store.faults = FaultPlan()
            for run in [first, failed] { Self.expectHarmless(run, logsJSON: format == "json") }
            for words in [
                ["history"], ["history", "--json"], ["status"], ["status", "--json"], ["list"], ["jobs", "next"],
                ["jobs", "show"], ["doctor"],
            ] {
                Self.expectHarmless(try await program.run(words))
            }
            let runs = try await program.run("history", "--json").jsonLines()
            #expect(runs.first?["sealed"] as? Int == tasks.count)
        }
    }

    private static func look(at ids: [String], _ program: Program) async throws {
        for words in [
            ["status"], ["list"], ["verify"], ["status", "--json"], ["list", "--json"], ["list", "--files"],
        ] {
            let run = try await program.run(words + ["--"] + ids)
            #expect(run.status == 0, "\(words): \(run.errors)")
            expectHarmless(run)
        }
        func bytes(_ texts: [String?]) -> Set<[UInt8]> { Set(texts.compactMap { $0.map { Array($0.utf8) } }) }
        let status = try await program.run(["status", "--json", "--"] + ids).jsonLines()
        #expect(bytes(status.map { $0["task"] as? String }) == bytes(ids))
        for words in [["doctor"], ["diff", "vault"]] { expectHarmless(try await program.run(words)) }
        let list = try await program.run(["list", "--json", "--"] + ids).jsonLines()
        #expect(bytes(list.map(Self.taskID)) == bytes(ids))
        #expect(list.count >= 2 * ids.count)
    }

    /// Of a manifest.
    private static func taskID(_ manifest: [String: Any]) -> String? {
        (manifest["task"] as? [String: Any])?["id"] as? String
    }

    @Test func hostileNamesInManifestsAreShownHarmlessly() async throws {
        let program = try Program()
        let vault = try SnapshotVault.open(at: program.vault, access: .create)
        let window = try Window(from: StorageInstant(parsing: "2012-01-01"), to: StorageInstant(parsing: "2012-01-02"))
        for (index, name) in Self.hostile.enumerated() {
            let task = try TaskID("t\(index)")
            let lock = try await vault.lock(task, wait: .no)
            let manifest = Manifest(
                tool: name, state: .empty, source: .storageTime, host: "127.0.0.1:9", task: task, taskName: name,
                window: window, timeZone: "UTC", convention: .closed, proof: .oneAnswer, revision: 1,
                capturedAt: Date(timeIntervalSince1970: 1_700_000_000), total: 0, rows: 0)
            try lock.publish(manifest, draft: nil, at: lock.address(of: window))
            lock.release()
        }
        for words in [
            ["status"], ["status", "--json"], ["list"], ["list", "--json"], ["verify"], ["catalog", "rebuild"],
        ] {
            let run = try await program.run(words)
            #expect(run.status == 0, "\(words): \(run.errors)")
            Self.expectHarmless(run)
        }
        let listed = try await program.run("list", "--json").jsonLines()
        let tools = Dictionary(listed.map { (Self.taskID($0), $0["tool"] as? String) }) { first, _ in first }
        for (index, name) in Self.hostile.enumerated() { #expect(tools["t\(index)"] == name) }
    }

    /// What a screen obeys or does not show: control and format characters, and separators of lines but a line's end.
    private static let unseen = CharacterSet.controlCharacters.union(CharacterSet(charactersIn: "\u{2028}\u{2029}"))
        .subtracting(CharacterSet(charactersIn: "\n"))

    /// Nothing that a screen obeys, no line that the program did not write, and JSON where JSON was asked for.
    private static func expectHarmless(_ run: Program.Outcome, logsJSON: Bool = false) {
        for text in [run.output, run.errors] {
            let found = text.rangeOfCharacter(from: unseen)
            #expect(found == nil, "\(found.map { text[$0] }.debugDescription) in \(text.prefix(2000).debugDescription)")
            #expect(!("\n" + text).contains("\n" + forged))
        }
        guard logsJSON else { return }
        for line in run.errors.split(separator: "\n") where line.hasPrefix("{") {
            #expect((try? JSONSerialization.jsonObject(with: Data(line.utf8))) is [String: Any], "\(line.prefix(500))")
        }
    }
}
