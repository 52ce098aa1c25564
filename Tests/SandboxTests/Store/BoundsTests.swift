import Records
import Sandbox
import StorageTime
import Testing

@Suite struct BoundsTests {
    /// Rows on both edges, a millisecond to either side of each, and inside.
    private static let times = [
        "2012-12-31 23:59:59.999", "2013-01-01 00:00:00", "2013-01-01 00:00:00.001", "2013-01-01 12:00:00.5",
        "2013-01-01 23:59:59.999", "2013-01-02 00:00:00", "2013-01-02 00:00:00.001",
    ]

    private func names(_ bounds: IntervalConvention, from: String, to: String) async throws -> [String] {
        var configuration = emptyTask()
        configuration.bounds = bounds
        return try await withSandbox(configuration) { url, store in
            for (index, time) in Self.times.enumerated() {
                store.insert(task: "t", row: row(index), at: try stored(time))
            }
            return try await Visitor.loggedIn(url).window("t", from, to).names
        }
    }

    @Test(arguments: [
        (IntervalConvention.closed, ["1", "2", "3", "4", "5"]),
        (.halfOpen, ["1", "2", "3", "4"]),
        (.leftOpen, ["2", "3", "4", "5"]),
    ])
    func aConventionDecidesAboutRowsOnTheEdgesAndNoOthers(bounds: IntervalConvention, names: [String]) async throws {
        #expect(try await self.names(bounds, from: "2013-01-01 00:00:00", to: "2013-01-02 00:00:00") == names)
    }

    @Test(arguments: [
        (IntervalConvention.closed, ["1"]), (.halfOpen, []), (.leftOpen, []),
    ])
    func anInstantHoldsItsOwnRowsWhereBothEdgesCount(bounds: IntervalConvention, names: [String]) async throws {
        #expect(try await self.names(bounds, from: "2013-01-01 00:00:00", to: "2013-01-01 00:00:00") == names)
    }

    @Test(arguments: [IntervalConvention.closed, .halfOpen, .leftOpen])
    func neighbouringWindowsHoldEachRowOnceButForClosedEdges(bounds: IntervalConvention) async throws {
        let edges = ["2012-12-31 00:00:00", "2013-01-01 00:00:00", "2013-01-02 00:00:00", "2013-01-03 00:00:00"]
        var all: [String] = []
        for (from, to) in zip(edges, edges.dropFirst()) { all += try await names(bounds, from: from, to: to) }
        let twice = bounds == .closed ? ["1", "5"] : []
        #expect(all.sorted() == (Self.times.indices.map(String.init) + twice).sorted())
    }

    @Test func theConventionCanChangeBetweenRequests() async throws {
        try await withSandbox(emptyTask()) { url, store in
            store.insert(task: "t", row: row("a"), at: try stored("2013-01-01"))
            let visitor = try await Visitor.loggedIn(url)
            #expect(try await visitor.window("t", "2013-01-01", "2013-01-02").total == 1)
            store.bounds = .leftOpen
            #expect(try await visitor.window("t", "2013-01-01", "2013-01-02").total == 0)
        }
    }

    @Test func anUnknownConventionCannotBeServed() {
        #expect {
            try SandboxStore(configuration: SandboxConfiguration(bounds: .unknown))
        } throws: {
            ($0 as? SandboxError)?.code == .badSetting
        }
    }
}
