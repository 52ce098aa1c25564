import Foundation
import Records
import Sandbox
import StorageTime
import TestSupport
import Testing

/// What `probe` says of servers of every kind.
@Suite struct ProbeCommandTests {
    static let weather = TaskSpecification.weather.id

    @Test(arguments: [IntervalConvention.closed, .halfOpen, .leftOpen])
    func theConventionOfTheServerIsFound(convention: IntervalConvention) async throws {
        var configuration = SandboxConfiguration()
        configuration.bounds = convention
        try await withSandbox(configuration) { baseURL, store in
            let program = try Program(baseURL: baseURL)
            let outcome = try await program.run("probe", Self.weather, "--json")
            #expect(outcome.status == 0, "\(outcome.errors)")
            let found = try outcome.json()
            #expect(found["interval"] as? String == convention.rawValue)
            #expect(found["certain"] as? Bool == (convention == .closed))
            #expect(found["instants"] as? String == "accepted")
            #expect(found["heeds_interval"] as? Bool == true)
            #expect(found["total_counts"] as? String == "query")
            #expect(found["order"] as? String == "stable")
            #expect(found["account"] as? [String] == ["interval: \(convention.rawValue)"])
            let asked = store.log.count { $0.endpoint != .token }
            #expect(found["requests"] as? Int == asked)
            #expect(asked <= 34)
            // Two ask for the later paths, which this host does not have.
            #expect((found["evidence"] as? [[String: Any]])?.count == asked - 2)
            #expect(found["cursors"] is NSNull && found["api"] as? String == "data-export")
        }
    }

    @Test func edgesLeftOutAreFoundAndNoWindowCanBeProven() async throws {
        var configuration = SandboxConfiguration()
        configuration.faults = FaultPlan([.init(Fault(.edgesLeftOut))])
        try await withSandbox(configuration) { baseURL, _ in
            let program = try Program(baseURL: baseURL)
            let outcome = try await program.run("probe", Self.weather)
            #expect(outcome.status == 65, "\(outcome.errors)")
            #expect(outcome.output.contains("open: rows at either edge are left out"))
            #expect(outcome.output.contains("snapshot --source all"))
        }
    }

    @Test(arguments: [(Fault.Kind.intervalIgnored, "NOT heeded"), (.totalOfTask, "counts the whole task")])
    func aServerThatCountsNoIntervalsIsFound(kind: Fault.Kind, says: String) async throws {
        var configuration = SandboxConfiguration()
        configuration.faults = FaultPlan([.init(Fault(kind))])
        try await withSandbox(configuration) { baseURL, _ in
            let outcome = try await Program(baseURL: baseURL).run("probe", Self.weather)
            #expect(outcome.status == 65, "\(outcome.errors)")
            #expect(outcome.output.contains(says), "\(outcome.output)")
        }
    }

    @Test func ordersAndFractionsOfASecondAreFound() async throws {
        var configuration = SandboxConfiguration(tasks: [TaskSpecification(id: "busy")])
        configuration.shufflesTies = true
        try await withSandbox(configuration) { baseURL, store in
            let start = StoredTime(try StorageInstant(parsing: "2020-01-01 06:07:08"))
            store.insert(
                task: "busy",
                rows: (0..<500).map {
                    StoredRow(time: start.advanced(byMilliseconds: $0 * 20), bytes: Array(#"{"n":"\#($0)"}"#.utf8))
                })
            let found = try await Program(baseURL: baseURL).run("probe", "busy", "--json").json()
            #expect(found["interval"] as? String == "closed")
            #expect(found["sub_second"] as? Bool == true)
            #expect(found["order"] as? String == "unstable")
            #expect(found["ties"] as? Bool == true)
        }
    }

    @Test func rowsThatComeInTellTheZone() async throws {
        var configuration = SandboxConfiguration()
        configuration.timeZone = try #require(TimeZone(identifier: "Asia/Shanghai"))
        configuration.liveRowsPerSecond = 200
        try await withSandbox(configuration) { baseURL, _ in
            var program = try Program(baseURL: baseURL)
            program.variables["OCTOPARSE_TIME_ZONE"] = "UTC"
            let found = try await program.run("probe", Self.weather, "--json").json()
            #expect(found["offset_seconds"] as? Int == 8 * 3600)
            let text = try await program.run("probe", Self.weather)
            #expect(text.output.contains("UTC+08:00"), "\(text.output)")
            #expect(text.output.contains("THE ACCOUNT'S UTC CONTRADICTS IT"), "\(text.output)")
        }
    }

    @Test func aTaskWithoutRowsShowsTooLittle() async throws {
        let configuration = SandboxConfiguration(tasks: [TaskSpecification(id: "empty")])
        try await withSandbox(configuration) { baseURL, _ in
            let outcome = try await Program(baseURL: baseURL).run("probe", "empty")
            #expect(outcome.status == 75)
            #expect(outcome.output.contains("the task holds no row"))
        }
    }
}
