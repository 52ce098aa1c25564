import Foundation
import Sandbox
import Testing

/// Jobs of sources without windows: each run is a capture.
@Suite(.timeLimit(.minutes(30))) struct RunSourcesTests {
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
}
