import Foundation
import Jobs
import Records
import StorageTime
import Testing

@testable import Operations

@Suite struct TaskJobsTests {
    private static let schedule = "schedule: \"7 * * * *\"\n"

    private static func jobs() throws -> TaskJobs {
        let set = try JobFixture([
            "ids": "tasks: [A, b]\n\(schedule)", "names": "tasks: [{name: \"Shop *\"}]\n\(schedule)",
            "group": "groups: [84]\nsource: all\n\(schedule)", "berlin": "tasks: [a]\naccount: berlin\n\(schedule)",
        ]).set
        return TaskJobs(set) { $0.name == "group" ? ["b", "m"] : [] }
    }

    @Test(arguments: [
        ("a", "", RowSource.storageTime, "127.0.0.1:9", ["ids"]),
        ("b", "Shop 1", .storageTime, "127.0.0.1:9", ["ids", "names"]),
        ("c", "Shop 1", .storageTime, "127.0.0.1:9", ["names"]), ("m", "", .all, "127.0.0.1:9", ["group"]),
        ("m", "", .storageTime, "127.0.0.1:9", []), ("a", "", .storageTime, "127.0.0.1:10", ["berlin"]),
        ("a", "", .storageTime, "elsewhere", []), ("z", "", .storageTime, "127.0.0.1:9", []),
    ])
    func aTasksJobsAreThoseThatTakeItFromItsHost(
        task: String, name: String, source: RowSource, host: String, jobs: [String]
    ) throws {
        let takers = try Self.jobs().takers(of: task, name: name, source: source, host: host)
        #expect(takers.map(\.job.name) == jobs)
        #expect(takers.allSatisfy { $0.clock.zoneName == ($0.job.name == "berlin" ? "Europe/Berlin" : "UTC") })
    }

    @Test func aHostHasTheClockOfItsAccount() throws {
        let jobs = try Self.jobs()
        #expect(jobs.clock(ofHost: "127.0.0.1:10")?.zoneName == "Europe/Berlin")
        #expect(jobs.clock(ofHost: "elsewhere") == nil)
        #expect(jobs.namedTasks == ["a", "b"])
    }
}
