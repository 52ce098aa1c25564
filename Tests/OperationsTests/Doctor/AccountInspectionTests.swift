import Foundation
import Jobs
import Logging
import OctoparseAPI
import Records
import RowJSON
import StorageTime
import Synchronization
import Testing

@testable import Operations

/// What a visit asks an account's server, and what it brings back.
@Suite struct AccountInspectionTests {
    /// 2026-11-23T10:00:00Z.
    private static let now = Date(timeIntervalSince1970: 1_795_428_000)

    /// A server whose rows are times.
    private final class FakeServer: PageSource, TaskLister {
        let rows: [StorageInstant]
        let serverDate: Date?
        let failure: APIError?
        let asked = Mutex<[PageQuery]>([])

        init(_ rows: [StorageInstant], serverDate: Date? = AccountInspectionTests.now, failure: APIError? = nil) {
            self.rows = rows
            self.serverDate = serverDate
            self.failure = failure
        }

        func page(_ query: PageQuery, index: Int, size: Int) async throws -> Page {
            asked.withLock { $0.append(query) }
            if let failure { throw failure }
            var total = rows.count
            if case .storageTime(_, let from, let to) = query { total = rows.count { from <= $0 && $0 <= to } }
            return Page(total: total, rows: RowBlock(), serverDate: serverDate)
        }

        func unexported(task: String, size: Int) async throws -> Page { throw APIError(.taskUnknown, "none") }
        func taskGroups() async throws -> [TaskGroup] { [TaskGroup(id: "84", name: "Shops")] }
        func tasks(inGroup id: String) async throws -> [RemoteTask] { [RemoteTask(id: "first", name: "First")] }
    }

    private struct NoLister: TaskLister {
        func taskGroups() async throws -> [TaskGroup] { throw APIError(.credentialsRefused, "h refuses u") }
        func tasks(inGroup id: String) async throws -> [RemoteTask] { [] }
    }

    private static func visit(_ server: FakeServer, task: String? = "t", zone: String? = "UTC") async throws
        -> AccountFacts
    {
        try await visit(zone: zone, task: task).facts(server, server)
    }

    private static func visit(zone: String?, task: String?) throws -> AccountInspection {
        var environment = ["OCTOPARSE_USERNAME": "u", "OCTOPARSE_PASSWORD": "p"]
        environment["OCTOPARSE_TIME_ZONE"] = zone
        return AccountInspection(
            account: try Account.fromEnvironment(environment), task: task, logger: Logger(label: "test"),
            now: { now })
    }

    private static func rows(_ times: String...) throws -> [StorageInstant] {
        try times.map { try StorageInstant(parsing: "2026-11-23 \($0)") }
    }

    @Test(arguments: [
        (["09:30:00"], "UTC", 0, 1, 0), (["09:59:59", "10:05:00"], "UTC", 0, 2, 0), (["18:00:00"], "UTC", 1, 0, 0),
        (["01:00:00"], "UTC", 0, 0, 1), (["18:00:00"], "Asia/Shanghai", 0, 1, 0),
        (["10:00:00"], "Asia/Shanghai", 0, 0, 1),
    ])
    func rowsAreCountedAroundWhatIsNowInTheZone(
        times: [String], zone: String, future: Int, lastHour: Int, dayBefore: Int
    ) async throws {
        let server = FakeServer(try times.map { try StorageInstant(parsing: "2026-11-23 \($0)") })
        let facts = try await Self.visit(server, zone: zone)
        #expect(facts.recent == .init(future: future, lastHour: lastHour, dayBefore: dayBefore))
        #expect(facts.serverDate == Self.now && facts.ourDate == Self.now)
        #expect(server.asked.withLock { $0.count } <= 4)
    }

    @Test func withoutAZoneOrRowsNothingIsCompared() async throws {
        #expect(try await Self.visit(FakeServer(Self.rows("09:30:00")), zone: nil).recent == nil)
        #expect(try await Self.visit(FakeServer([])).recent == nil)
    }

    @Test func withoutATaskTheFirstListedIsAskedFor() async throws {
        let facts = try await Self.visit(FakeServer(Self.rows("09:30:00")), task: nil)
        #expect(facts.task == "first" && facts.groups?.map(\.id) == ["84"])
    }

    @Test func aTaskThatIsGoneIsNoProblemOfTheAccounts() async throws {
        let facts = try await Self.visit(FakeServer([], failure: APIError(.taskUnknown, "no such task")))
        #expect(facts.problem == nil && facts.taskProblem?.code == "task-unknown")
        #expect(facts.groups != nil && facts.serverDate == nil)
    }

    @Test func anAccountThatIsRefusedIsNotAskedFurther() async throws {
        let server = FakeServer([])
        let facts = try await Self.visit(zone: "UTC", task: "t").facts(server, NoLister())
        #expect(facts.problem?.status == .noPermission)
        #expect(server.asked.withLock { $0.isEmpty })
    }
}
