import Foundation
import Sandbox
import Testing

/// The recipes of `contrib/recipes`: how other tools read a vault.
@Suite(.timeLimit(.minutes(60))) struct RecipesTests {
    static let weather = TaskSpecification.weather.id
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("contrib/recipes")

    @Test func everyRecipeIsShownInTheReadMeAndRun() throws {
        let others: Set = ["README.md", "run"]
        let names = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path).filter {
            !others.contains($0) && !$0.hasPrefix(".") && !$0.hasPrefix("__")
        }
        #expect(names.count >= 7)
        for other in others {
            let text = try String(contentsOf: Self.folder.appendingPathComponent(other), encoding: .utf8)
            for name in names { #expect(text.contains(name), "\(name) is not in \(other)") }
        }
    }

    @Test func jqReadsTheRowsThatARestoreGives() async throws {
        guard FileManager.default.isExecutableFile(atPath: "/usr/bin/jq") else {
            print("jq is not installed: its recipe was not run")
            return
        }
        try await withSandbox { baseURL, store in try await Self.readByJQ(baseURL, store) }
    }

    private static func readByJQ(_ baseURL: String, _ store: SandboxStore) async throws {
        var program = try Program(baseURL: baseURL)
        let product = URL(fileURLWithPath: Program.path).deletingLastPathComponent().path
        program.variables["PATH"] = "\(product):/usr/bin:/bin"
        let range = ["--from", "2012-01-01", "--to", "2013-01-01", "--window", "30d", "--page-size", "7"]
        #expect(try await program.run(["backfill", weather] + range).status == 0)
        // A capture beside it, whose rows are no rows of the windows.
        #expect(try await program.run("snapshot", weather, "--source", "all").status == 0)
        let script = folder.appendingPathComponent("jq.sh").path
        let rows = try await program.shell("bash", script, weather)
        #expect(rows.status == 0, "\(rows.errors)")
        let restored = try await program.run("restore", weather, "--format", "ndjson")
        #expect(multiset(rows.output) == multiset(restored.output) && rows.lines.count == 366)
        let rain = try await program.shell("bash", script, weather, #"select(.weather == "rain") | .date"#)
        #expect(rain.lines.count == restored.lines.filter { $0.contains(#""weather":"rain""#) }.count)
        #expect(try await program.shell("bash", script).status != 0, "a task must be named")
    }

    @Test func theArchivesOfOneSourceAreListedAlone() async throws {
        try await withSandbox { baseURL, _ in
            let program = try Program(baseURL: baseURL)
            let range = ["--from", "2012-01-01", "--to", "2012-03-01", "--window", "30d"]
            #expect(try await program.run(["backfill", Self.weather] + range).status == 0)
            #expect(try await program.run("snapshot", Self.weather, "--source", "all").status == 0)
            for source in ["storage-time", "all", "unexported"] {
                let files = try await program.run("list", "--source", source, "--files")
                #expect(files.status == 0, "\(files.errors)")
                #expect(files.lines.allSatisfy { $0.contains("/vault_source=\(source)/") })
                let manifests = try await program.run("list", Self.weather, "--source", source, "--json").jsonLines()
                #expect(manifests.allSatisfy { $0["source"] as? String == source })
                #expect(manifests.isEmpty == (source == "unexported") && manifests.count >= files.lines.count)
            }
            #expect(try await program.run("list", "--source", "windows").status == 64)
        }
    }
}
