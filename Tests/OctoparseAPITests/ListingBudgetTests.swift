import Testing

@testable import OctoparseAPI

@Suite struct ListingBudgetTests {
    @Test func tenThousandGroupsAreAskedOneByOneAndNoMore() throws {
        let budget = ListingBudget(host: "h.example")
        let groups = (0...ListingBudget.mostGroups).map { TaskGroup(id: "\($0)", name: "") }
        try budget.check(Array(groups.dropLast()))
        let error = #expect(throws: APIError.self) { try budget.check(groups) }
        #expect(error?.code == .tooLarge && error?.message.contains("10001") == true)
    }

    @Test func tasksAreBoundedInNumberAndInBytes() throws {
        var budget = ListingBudget(host: "h.example")
        let many = Array(repeating: RemoteTask(id: "t", name: ""), count: ListingBudget.mostTasks)
        try budget.add(many)
        #expect(throws: APIError.self) { try budget.add([RemoteTask(id: "t", name: "")]) }
        var bytes = ListingBudget(host: "h.example")
        let long = RemoteTask(id: "t", name: String(repeating: String(repeating: "x", count: 1 << 20), count: 100))
        try bytes.add([long, long])
        #expect(throws: APIError.self) { try bytes.add([long]) }
    }
}
