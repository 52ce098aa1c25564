import Archive
import Catalog
import Foundation
import Jobs
import OctoparseAPI
import Snapshots
import StorageTime
import Synchronization
import Testing

@testable import Operations

@Suite struct JobTasksTests {
    private static let now = Date(timeIntervalSince1970: 1_795_428_000)

    /// Groups with their tasks, which a test may change; or nothing but an error.
    private final class FakeLister: TaskLister {
        let groups: Mutex<[(TaskGroup, [RemoteTask])]>
        let failure = Mutex<(any Error)?>(nil)

        init(_ groups: [String: [(String, String)]]) {
            self.groups = Mutex(Self.listing(groups))
        }

        static func listing(_ groups: [String: [(String, String)]]) -> [(TaskGroup, [RemoteTask])] {
            groups.sorted { $0.key < $1.key }.map { id, tasks in
                (TaskGroup(id: id, name: "Group \(id)"), tasks.map { RemoteTask(id: $0.0, name: $0.1) })
            }
        }

        func taskGroups() async throws -> [TaskGroup] {
            if let error = failure.withLock({ $0 }) { throw error }
            return groups.withLock { $0.map(\.0) }
        }

        func tasks(inGroup id: String) async throws -> [RemoteTask] {
            try #require(groups.withLock { $0.first { $0.0.id == id }?.1 })
        }
    }

    private static let groups = [
        "1": [("a", "Shop A"), ("b", "Weather")], "2": [("c", "Shop C")], "3": [("d", "Shop D"), ("a", "Shop A")],
    ]

    private static func expand(
        _ selection: String, _ lister: FakeLister, _ catalog: SnapshotCatalog, at seconds: Int = 0
    ) async throws -> JobTasks {
        let set = try JobFixture(["job": "\(selection)\nschedule: \"7 * * * *\"\n"]).set
        return try await JobTasks.of(
            #require(set.jobs.first), lister: lister, catalog: catalog, now: now.addingTimeInterval(Double(seconds)))
    }

    @Test(arguments: [
        ("tasks: [x, B]", ["x", "B"]), ("groups: [1]", ["a", "b"]), ("groups: all", ["a", "b", "c", "d"]),
        ("tasks: [{name: \"Shop *\"}]", ["a", "c", "d"]), ("tasks: [x, A]\ngroups: [3]", ["x", "A", "d"]),
        ("tasks: [{name: Weather}]\ngroups: [2]", ["b", "c"]),
    ])
    func aSelectionIsExpandedToItsTasks(selection: String, ids: [String]) async throws {
        let found = try await Self.expand(selection, FakeLister(Self.groups), .inMemory(now: Self.now))
        #expect(found.tasks.map(\.id.text) == ids)
        #expect(found.errors.isEmpty && found.change.isEmpty)
    }

    @Test func namesAndTheirOverridesComeWithTheListing() async throws {
        let overrides = "groups: [1]\noverrides:\n  - tasks: [{name: \"Shop *\"}]\n    window: 1d"
        let found = try await Self.expand(overrides, FakeLister(Self.groups), .inMemory(now: Self.now))
        #expect(found.tasks.map(\.name) == ["Shop A", "Weather"])
        #expect(found.tasks.map(\.rules.window.count) == [86_400, 3600])
    }

    @Test(arguments: ["tasks: [c, a]", "tasks: [c]\ngroups: [1]"])
    func anOverrideByNameHasTasksListedThatAreGivenById(selection: String) async throws {
        let overrides = "\(selection)\noverrides:\n  - tasks: {name: \"* C\"}\n    window: 1d"
        let found = try await Self.expand(overrides, FakeLister(Self.groups), .inMemory(now: Self.now))
        #expect(found.tasks.first?.name == "Shop C")
        #expect(found.tasks.map(\.rules.window.count).prefix(2) == [86_400, 3600])
    }

    @Test func aPatternThatFitsNoTaskIsAnErrorAndTheOthersAreTaken() async throws {
        let patterns = "tasks: [{name: \"Shop ?\"}, {name: shop}]"
        let found = try await Self.expand(patterns, FakeLister(Self.groups), .inMemory(now: Self.now))
        #expect(found.tasks.map(\.id.text) == ["a", "c", "d"])
        #expect(found.errors.map { Problem($0).code } == ["name-unknown"])
    }

    @Test func newAndVanishedTasksAreReported() async throws {
        let catalog = try SnapshotCatalog.inMemory(now: Self.now)
        let lister = FakeLister(Self.groups)
        _ = try await Self.expand("groups: [1]", lister, catalog)
        lister.groups.withLock { $0 = FakeLister.listing(["1": [("b", "Weather"), ("n", "New")]]) }
        let found = try await Self.expand("groups: [1]", lister, catalog, at: 60)
        #expect(found.tasks.map(\.id.text) == ["b", "n"])
        #expect(found.change.new.map(\.task) == ["n"])
        #expect(found.change.vanished.map(\.task) == ["a"])
    }

    @Test func whereTheListingFailsTheLastOneStandsIn() async throws {
        let catalog = try SnapshotCatalog.inMemory(now: Self.now)
        let lister = FakeLister(Self.groups)
        _ = try await Self.expand("tasks: [x, B]\ngroups: [1]", lister, catalog)
        lister.failure.withLock { $0 = APIError(.unavailable, "the API is away") }
        let found = try await Self.expand("tasks: [x, B]\ngroups: [1]", lister, catalog, at: 60)
        #expect(found.tasks.map(\.id.text) == ["x", "B", "a"])
        #expect(found.tasks.map(\.name) == ["", "Weather", "Shop A"])
        #expect(found.errors.count == 1 && found.change.isEmpty)
        #expect(try catalog.members(of: "job").allSatisfy { $0.goneAt == nil })
    }

    @Test func aGroupThatIsNotThereIsAnErrorAndTheOthersAreTaken() async throws {
        let found = try await Self.expand("groups: [1, 99]", FakeLister(Self.groups), .inMemory(now: Self.now))
        #expect(found.tasks.map(\.id.text) == ["a", "b"])
        #expect(found.errors.map { Problem($0).code } == ["group-unknown"])
    }

    @Test func aStopDuringTheListingIsNoFailureOfIt() async throws {
        let lister = FakeLister(Self.groups)
        lister.failure.withLock { $0 = CancellationError() }
        await #expect(throws: CancellationError.self) {
            _ = try await Self.expand("groups: [1]", lister, .inMemory(now: Self.now))
        }
    }
}
