import Foundation
import Records
import Sandbox
import StorageTime
import TestSupport
import Testing

/// `verify --reconcile`: the built program against the sandbox.
@Suite struct ReconcileTests {
    static let weather = TaskSpecification.weather.id

    @Test(arguments: [IntervalConvention.closed, .halfOpen, .leftOpen])
    func aTaskThatIsAllBackedUpAddsUp(convention: IntervalConvention) async throws {
        var configuration = SandboxConfiguration()
        configuration.bounds = convention
        try await withSandbox(configuration) { baseURL, store in
            let program = try Program(baseURL: baseURL)
            _ = try await program.run(
                "backfill", Self.weather, "--from", "2012-01-01", "--to", "2016-01-02", "--window", "30d")
            store.resetStatistics()
            let outcome = try await program.run("verify", "--reconcile", Self.weather, "--json")
            #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
            let task = try #require((try outcome.json()["tasks"] as? [[String: Any]])?.first)
            #expect(task["total"] as? Int == 1461 && task["rows"] as? Int == 1461)
            #expect(task["adds_up"] as? Bool == true)
            #expect(store.log.count <= 12, "\(store.log.count)")
        }
    }

    @Test func whatDiffersIsNamedByItsTime() async throws {
        try await withSandbox { baseURL, store in
            let program = try Program(baseURL: baseURL)
            for (from, to) in [("2012-02-01", "2012-03-01"), ("2012-03-11", "2012-04-01")] {
                _ = try await program.run("backfill", Self.weather, "--from", from, "--to", to, "--window", "1d")
            }
            let late = try StorageInstant(parsing: "2012-02-05 12:00:00")
            store.insert(task: Self.weather, row: #"{"late":"1"}"#, at: late)
            let lost = StoredTime(try StorageInstant(parsing: "2012-03-20"))
            _ = store.remove(task: Self.weather) { $0.time == lost }
            let outcome = try await program.run("verify", "--reconcile", "--json")
            #expect(outcome.status == 65, "\(outcome.output)\(outcome.errors)")
            let task = try #require((try outcome.json()["tasks"] as? [[String: Any]])?.first)
            #expect(task["total"] as? Int == 1461)
            #expect((task["before"] as? [String: Any])?["rows"] as? Int == 31)
            let gaps = try #require(task["gaps"] as? [[String: Any]])
            #expect(gaps.map { $0["rows"] as? Int } == [10])
            #expect(gaps.map { $0["from"] as? String } == ["2012-03-01 00:00:00"])
            #expect((task["grown"] as? [[String: Any]])?.map { $0["from"] as? String } == ["2012-02-05 00:00:00"])
            #expect((task["shrunk"] as? [[String: Any]])?.isEmpty == false)
            #expect(task["unexplained"] as? Int == 0)
            #expect((task["behind"] as? [String: Any])?["rows"] as? Int == 1461 - 91)
            let text = try await program.run("verify", "--reconcile")
            #expect(
                text.output.contains("gap         2012-03-01 00:00:00 to 2012-03-11 00:00:00: 10 rows"),
                "\(text.output)")
            for option in ["--heal", "--remote", "--deep"] {
                #expect(try await program.run("verify", "--reconcile", option).status == 64)
            }
            #expect(try await program.run("verify", "--reconcile", "--from", "2012-01-01").status == 64)
        }
    }
}
