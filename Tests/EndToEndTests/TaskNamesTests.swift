import Foundation
import Sandbox
import StorageTime
import TestSupport
import Testing

/// Tasks are called by their ids, by the beginning of one, or by their names; and every path keeps the name.
@Suite(.timeLimit(.minutes(60))) struct TaskNamesTests {
    private static let range = ["--from", "2020-01-01", "--to", "2020-01-03", "--window", "1d"]
    private static let shop = "aaaa1111-0000-4000-8000-000000000001"
    private static let shoes = "aaaa2222-0000-4000-8000-000000000002"
    private static let plain = "flights"

    private static func sandbox() throws -> SandboxConfiguration {
        var configuration = SandboxConfiguration(tasks: [
            TaskSpecification(id: shop, name: "Shop prices"), TaskSpecification(id: shoes, name: "Shoes"),
            TaskSpecification(id: plain, name: "Flights"), TaskSpecification(id: "flights-2013", name: "Old flights"),
        ])
        configuration.groups = [
            try GroupSpecification.parse("84=Shops:\(shop),\(shoes)"),
            try GroupSpecification.parse("85=Air:\(plain),flights-2013"),
        ]
        return configuration
    }

    private static func fill(_ store: SandboxStore) throws {
        for task in [shop, shoes, plain, "flights-2013"] {
            for hour in 0..<48 {
                store.insert(
                    task: task, row: #"{"task":"\#(task)","n":"\#(hour)"}"#,
                    at: try StorageInstant(parsing: "2020-01-01").advanced(by: hour * 3600 + 7))
            }
        }
    }

    private static func names(_ program: Program) async throws -> [String?] {
        try await program.run("list", "--json").jsonLines().map { ($0["task"] as? [String: Any])?["name"] as? String }
    }

    /// Each way into the vault, by id.
    private static let ways: [[String]] = [
        ["backfill", shop] + range, ["snapshot", shop, "--source", "all"],
        ["snapshot", shop, "--source", "last-extraction"], ["snapshot", shop, "--source", "unexported"],
        ["run", "--once"],
    ]

    @Test(arguments: ways) func everyWayKeepsTheTasksName(_ way: [String]) async throws {
        try await withSandbox(Self.sandbox()) { baseURL, store in
            try Self.fill(store)
            let program = try Program(baseURL: baseURL)
            try program.write(jobs: [
                "shop": "tasks: [\(Self.shop)]\nschedule: \"0 3 * * *\"\nwindow: 30d\nstart: 2020-01-01\nsettle: 0s\n"
            ])
            let taken = try await program.run(way)
            #expect(taken.status == 0, "\(taken.errors)")
            let names = try await Self.names(program)
            #expect(!names.isEmpty && names.allSatisfy { $0 == "Shop prices" }, "\(names)")
            if way.first != "snapshot" {
                #expect(
                    try await program.run("status", "--json").jsonLines().first?["name"] as? String == "Shop prices")
            }
            // Once known, it is not asked for again.
            store.resetStatistics()
            _ = try await program.run(way)
            #expect(!store.log.contains { $0.endpoint == .taskGroups })
        }
    }

    @Test func aTaskIsCalledByItsNameOrTheBeginningOfItsID() async throws {
        try await withSandbox(Self.sandbox()) { baseURL, store in
            try Self.fill(store)
            let program = try Program(baseURL: baseURL)
            for (word, task) in [("Shop prices", Self.shop), ("aaaa2", Self.shoes), ("flights", Self.plain)] {
                let taken = try await program.run(["backfill", word, "--json"] + Self.range)
                #expect(taken.status == 0, "\(word): \(taken.errors)")
                let stored = try await program.run("list", word, "--json").jsonLines()
                #expect(
                    stored.allSatisfy { ($0["task"] as? [String: Any])?["id"] as? String == task } && !stored.isEmpty)
            }
            for word in ["shop PRICES", "aaaa1", Self.shop.uppercased(), Self.shop] {
                let restored = try await program.run("restore", word, "--format", "ndjson")
                #expect(
                    restored.lines.count == 48 && restored.output.contains(Self.shop), "\(word): \(restored.errors)")
            }
            for command in [["restore", "aaaa"], ["backfill", "aaaa"] + Self.range, ["status", "aaaa"]] {
                let clash = try await program.run(command)
                #expect(clash.status == 64, "\(clash.output)")
                #expect(clash.errors.contains(Self.shop) && clash.errors.contains("Shoes"), "\(clash.errors)")
            }
            let wrong = try await program.run(["backfill", "Shop price"] + Self.range)
            #expect(wrong.status == 64)
            #expect(wrong.errors.contains("no task 'Shop price' in this account"), "\(wrong.errors)")
            #expect(wrong.errors.contains("did you mean") && wrong.errors.contains(Self.shop))
            // A whole id of the account is itself, though the vault knows another that begins so.
            _ = try await program.run(["backfill", "flights-2013"] + Self.range)
            #expect(try await program.run("restore", "flights", "--format", "ndjson").output.contains("2013") == false)
        }
    }

    @Test func groupsAndAllAreTakenAndRestoredIntoAFolder() async throws {
        try await withSandbox(Self.sandbox()) { baseURL, store in
            try Self.fill(store)
            let program = try Program(baseURL: baseURL)
            let one = try await program.run(["backfill", Self.shop, "--json"] + Self.range)
            #expect(one.status == 0, "\(one.errors)")
            let only = try await program.run("restore", "-o", "\(program.folder.path)/only.csv")
            #expect(only.status == 0, "the vault's only task needs no name: \(only.errors)")
            let group = try await program.run(["backfill", "--group", "Shops", "--json"] + Self.range)
            #expect(try group.json()["tasks"] as? Int == 2, "\(group.errors)")
            let all = try await program.run(["backfill", "--all", "--json"] + Self.range)
            #expect(try all.json()["tasks"] as? Int == 4)
            #expect(try await program.run(["backfill", "--all", "x"] + Self.range).status == 64)
            #expect(try await program.run(["backfill"] + Self.range).status == 64)
            #expect(try await program.run(["backfill", "--group", "nix"] + Self.range).status == 64)
            let many = try await program.run("restore", "-o", "\(program.folder.path)/many.csv")
            #expect(many.status == 64)
            #expect(many.errors.contains("4 tasks do not fit into one csv output"), "\(many.errors)")
            let restored = try await program.run("restore", "-o", "\(program.folder.path)/rows/", "--json")
            #expect(restored.status == 0, "\(restored.errors)")
            #expect(try restored.jsonLines().map { $0["rows_out"] as? Int } == [48, 48, 48, 48])
            let files = try FileManager.default.contentsOfDirectory(atPath: "\(program.folder.path)/rows")
            #expect(files.count == 4)
            #expect(try await program.run("restore").status == 0, "without a folder's name it is rows/")
        }
    }

    @Test func aPlanCanBeSeenBeforeTheFirstBackupAndTheEndIsNow() async throws {
        try await withSandbox(Self.sandbox()) { baseURL, store in
            try Self.fill(store)
            let program = try Program(baseURL: baseURL)
            let plan = try await program.run(["backfill", Self.shop, "--dry-run", "--json"] + Self.range)
            #expect(plan.status == 0 && plan.lines.count == 2, "\(plan.errors)")
            #expect(!FileManager.default.fileExists(atPath: program.vault), "nothing is written for a look")
            let open = try await program.run("backfill", Self.shop, "--dry-run", "--from", "3d")
            #expect(open.status == 0 && (3...4).contains(open.lines.count), "\(open.output)\(open.errors)")
        }
    }
}
