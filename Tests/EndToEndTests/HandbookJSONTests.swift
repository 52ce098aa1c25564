import Foundation
import Sandbox
import TestSupport
import Testing

/// What `--json` prints has the keys that the command reference lists: these and no others.
@Suite struct HandbookJSONTests {
    private static let weather = TaskSpecification.weather.id

    /// Keys, each with those of the objects that it holds, where the page lists them.
    private indirect enum Keys {
        case any
        case object([String: Keys])

        /// Reads `` `a`, `b` (`c`, `d`) ``.
        static func reading(_ cell: String) -> Keys {
            var rest = Array(cell)[...]
            return .object(list(&rest))
        }

        private static func list(_ rest: inout ArraySlice<Character>) -> [String: Keys] {
            var keys: [String: Keys] = [:]
            var last: String?
            while let character = rest.popFirst() {
                switch character {
                case "`":
                    let name = String(rest.prefix { $0 != "`" })
                    rest = rest.dropFirst(name.count + 1)
                    keys[name] = .any
                    last = name
                case "(": if let last { keys[last] = .object(list(&rest)) }
                case ")": return keys
                default: continue
                }
            }
            return keys
        }

        /// What is wrong with a value, by the path to it.
        func problems(of value: Any, at path: String) -> [String] {
            guard case .object(let keys) = self, !(value is NSNull) else { return [] }
            if let list = value as? [Any] { return list.flatMap { problems(of: $0, at: path + "[]") } }
            guard let object = value as? [String: Any] else { return ["\(path) is no object"] }
            let unlike = Set(object.keys).symmetricDifference(keys.keys).sorted()
            let own = unlike.map {
                "\(path).\($0) is \(keys[$0] == nil ? "not in the reference" : "only in the reference")"
            }
            return own
                + keys.flatMap { key, inner in object[key].map { inner.problems(of: $0, at: "\(path).\(key)") } ?? [] }
        }
    }

    private let rows: [(command: String, keys: Keys)]

    init() throws {
        rows = try HandbookPage("contrib/handbook/cli.md").section("JSON").table("command, with `--json`").compactMap {
            row in
            row[0].firstMatch(of: #/`([^`]+)`/#).map { (String($0.1), Keys.reading(row[1])) }
        }
    }

    private func check(_ outcome: Program.Outcome, _ command: String) throws {
        let keys = try #require(rows.first { $0.command == command }?.keys, "\(command) is not in the reference")
        #expect(!outcome.lines.isEmpty, "\(command): \(outcome.errors)")
        for document in try outcome.jsonLines() {
            #expect(keys.problems(of: document, at: command) == [])
        }
    }

    @Test func keysAreThoseOfTheReference() async throws {
        try await withSandbox { baseURL, store in
            let program = try Program(baseURL: baseURL)
            try await back(up: program)
            try await ask(program)
            try await age(program)
            try await heal(program)
        }
    }

    private func run(_ program: Program, _ command: String, _ more: [String] = []) async throws {
        let words = command.split(separator: " ").dropFirst().map(String.init)
        try check(try await program.run(words + more + ["--json"]), command)
    }

    private func back(up program: Program) async throws {
        let range = ["--from", "2012-01-01", "--to", "2012-02-01"]
        try await run(program, "octovault backfill", [Self.weather] + range)
        try await run(
            program, "octovault backfill --dry-run", [Self.weather, "--from", "2012-02-01", "--to", "2012-02-03"])
        try await run(program, "octovault snapshot", [Self.weather, "--source", "all"])
        try await run(program, "octovault tasks")
        try await run(program, "octovault probe", [Self.weather])
        try FileManager.default.createDirectory(
            atPath: "\(program.folder.path)/jobs", withIntermediateDirectories: true)
        try "tasks: [\(Self.weather)]\nschedule: '@hourly'\nwindow: 365d\n".write(
            toFile: "\(program.folder.path)/jobs/weather.yaml", atomically: true, encoding: .utf8)
        try await run(program, "octovault run --once")
        try await run(program, "octovault history")
        try await run(program, "octovault jobs next")
        try "tasks: []\n".write(toFile: "\(program.folder.path)/bad.yaml", atomically: true, encoding: .utf8)
        try await run(program, "octovault jobs check", ["bad.yaml"])
    }

    private func ask(_ program: Program) async throws {
        try await run(program, "octovault status")
        try await run(program, "octovault doctor")
        try await run(program, "octovault verify")
        try await run(program, "octovault verify --remote", ["--deep", Self.weather])
        try await run(program, "octovault verify --reconcile", [Self.weather])
        try await run(program, "octovault restore", [Self.weather, "-o", "rows.csv"])
        try await run(program, "octovault export-manifest", ["-o", "list.ndjson"])
        try check(
            try await program.run("verify", "--offline", "vault", "--manifests", "list.ndjson", "--json"),
            "octovault verify")
        try check(try await program.run("diff", "vault", "list.ndjson", "--json"), "octovault diff")
        try await run(
            program, "octovault plan", [Self.weather, "--from", "2012-01-01", "--to", "2012-02-01", "--shards", "2"])
        try await run(program, "octovault copy push", ["copy"])
        try await run(program, "octovault copy check", ["copy"])
        try await run(program, "octovault copy pull", ["copy", "--vault", "pulled"])
        try await run(program, "octovault merge", ["pulled"])
        try await run(program, "octovault status")
        let listed = try #require(
            try await program.run("list", "--source", "storage-time", "--json").jsonLines().first {
                $0["edge_only"] == nil
            })
        let example = try #require(
            try HandbookPage("contrib/handbook/formats.md").section("Manifest").blocks("json").first)
        let manifest = try JSONSerialization.jsonObject(with: Data(example.utf8)) as? [String: Any] ?? [:]
        #expect(Set(listed.keys) == Set(manifest.keys).union(["path"]))
    }

    private func age(_ program: Program) async throws {
        try await run(program, "octovault compact", ["--recheck", "1s", "--dry-run"])
        try await run(program, "octovault prune", [Self.weather, "--keep-within", "2w", "--dry-run"])
        try await run(program, "octovault catalog rebuild")
    }

    private func heal(_ program: Program) async throws {
        let archive = try #require(
            try await program.run("list", Self.weather, "--source", "storage-time", "--files").lines.first)
        try Data("no gzip".utf8).write(to: URL(fileURLWithPath: archive))
        try check(try await program.run("verify", "--json"), "octovault verify")
        try check(try await program.run("verify", "--heal", "--json"), "octovault verify")
    }
}
