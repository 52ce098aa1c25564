import Sandbox
import TestSupport
import Testing

@Suite struct FaultPlanTests {
    /// The kinds played on so many requests for groups, in their order.
    private func played(_ plan: FaultPlan, requests: Int) async throws -> [Fault.Kind?] {
        var configuration = emptyTask()
        configuration.faults = plan
        return try await withSandbox(configuration) { url, store in
            let visitor = try await Visitor.loggedIn(url)
            for _ in 0..<requests { _ = try? await visitor.get("/api/taskgroup") }
            return store.log.dropFirst().map(\.fault)
        }
    }

    @Test func aScriptPlaysTheNextRequestsAndThenNoMore() async throws {
        let plan = FaultPlan([
            .init(Fault(.serverError), skip: 1, count: 2), .init(Fault(.unauthorized), skip: 2, count: 2),
        ])
        let expected: [Fault.Kind?] = [nil, .serverError, .serverError, .unauthorized, .unauthorized, nil]
        #expect(try await played(plan, requests: 6) == expected)
    }

    @Test(
        arguments: Sampling.quick(
            4,
            of: [
                ("server-error:next=3", [1, 2, 3]), ("server-error:requests=5-9", [5, 6, 7, 8, 9]),
                ("server-error:requests=11-", [11, 12]), ("server-error:requests=4", [4]),
                ("server-error:every=4", [4, 8, 12]),
                ("server-error:skip=2:every=3", [5, 8, 11]), ("server-error:every=2:next=2", [2, 4]),
                ("server-error:requests=3-8:every=2", [4, 6, 8]), ("server-error:next=0", []),
                ("server-error:rate=0", []),
                ("server-error:endpoints=tasks", []), ("server-error:endpoints=tasks+task-groups:next=1", [1]),
                ("server-error:from-page=2", []),
            ]))
    func aScriptIsForTheRequestsItNames(text: String, requests: [Int]) async throws {
        let kinds = try await played(try FaultPlan(parsing: [text]), requests: 12)
        #expect(kinds.indices.filter { kinds[$0] != nil }.map { $0 + 1 } == requests)
    }

    @Test func aRateIsAChanceThatTheSeedDecides() async throws {
        let rules = [FaultPlan.Rule(Fault(.serverError), rate: 0.3)]
        let first = try await played(FaultPlan(rules, seed: 7), requests: 100)
        #expect((15...45).contains(first.count { $0 != nil }))
        #expect(try await played(FaultPlan(rules, seed: 7), requests: 100) == first)
        #expect(try await played(FaultPlan(rules, seed: 8), requests: 100) != first)
    }

    @Test func theChancesOfAnEndpointDoNotDependOnRequestsElsewhere() async throws {
        let alone = try await Self.groupsPlayed(askingElsewhere: false)
        #expect((5...35).contains(alone.count { $0 }))
        #expect(try await Self.groupsPlayed(askingElsewhere: true) == alone)
    }

    /// Which of forty requests for groups meet a fault of rate one half.
    private static func groupsPlayed(askingElsewhere: Bool) async throws -> [Bool] {
        try await withSandbox(emptyTask()) { url, store in
            let visitor = try await Visitor.loggedIn(url)
            store.faults = try FaultPlan(parsing: ["server-error:rate=0.5", "latency:seconds=0:rate=0.3"], seed: 3)
            var failed: [Bool] = []
            for index in 0..<40 {
                failed.append(try await visitor.get("/api/taskgroup").status == 500)
                if askingElsewhere, index % 3 > 0 { _ = try await visitor.get("/api/task?taskgroupid=84") }
            }
            return failed
        }
    }

    @Test func aRuleIsForItsEndpoints() async throws {
        var configuration = emptyTask()
        configuration.faults = FaultPlan([.init(Fault(.serverError), endpoints: [.tasks])])
        try await withSandbox(configuration) { url, store in
            let visitor = try await Visitor.loggedIn(url)
            #expect(try await visitor.get("/api/taskgroup").status == 200)
            #expect(try await visitor.get("/api/task").status == 500)
            #expect(store.statistics.faults == [.serverError: 1])
            store.faults = FaultPlan()
            #expect(try await visitor.get("/api/task").status == 200)
        }
    }

    @Test func aRuleTellsHowOftenItWasDueAndPlayed() async throws {
        try await withSandbox(emptyTask()) { url, store in
            let visitor = try await Visitor.loggedIn(url)
            store.faults = FaultPlan([
                .init(Fault(.serverError), every: 2), .init(Fault(.unauthorized), requests: 4...5),
                .init(Fault(.pageRepeated)),
            ])
            for _ in 0..<6 { _ = try await visitor.get("/api/taskgroup") }
            #expect(store.faults.progress.map(\.seen) == [6, 6, 0])
            #expect(store.faults.progress.map(\.played) == [3, 1, 0])
        }
    }
}
