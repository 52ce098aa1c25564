import Sandbox
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

    @Test func aRateIsAChanceThatTheSeedDecides() async throws {
        let rules = [FaultPlan.Rule(Fault(.serverError), rate: 0.3)]
        let first = try await played(FaultPlan(rules, seed: 7), requests: 200)
        #expect((30...90).contains(first.count { $0 != nil }))
        #expect(try await played(FaultPlan(rules, seed: 7), requests: 200) == first)
        #expect(try await played(FaultPlan(rules, seed: 8), requests: 200) != first)
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

    @Test func faultsAreReadFromJSON() throws {
        let json = """
            {"seed":3,"faults":[
              {"fault":"too-many-requests","text":"date","seconds":2.5,"skip":1,"count":3,"endpoints":["all","token"]},
              {"fault":"proxy-error","status":503,"rate":0.25},{"fault":"grant-refused"}]}
            """
        let plan = try FaultPlan(json: Array(json.utf8))
        #expect(
            plan.rules == [
                .init(
                    Fault(.tooManyRequests, seconds: 2.5, text: "date"), endpoints: [.all, .token], skip: 1, count: 3),
                .init(Fault(.proxyError, status: 503), rate: 0.25),
                .init(Fault(.grantRefused), endpoints: [.token]),
            ])
        #expect(try FaultPlan(json: Array("{}".utf8)).rules == [])
        for kind in Fault.Kind.allCases {
            let rules = try FaultPlan(json: Array(#"{"faults":[{"fault":"\#(kind.rawValue)"}]}"#.utf8)).rules
            #expect(rules.map(\.fault) == [Fault(kind)])
        }
    }

    @Test(arguments: [
        (#"{"faults":[{"fault":"gremlins"}]}"#, "gremlins"), (#"{"faults":[{"count":1}]}"#, "'fault' is missing"),
        (#"{"faults":[{"fault":"latency","rate":2}]}"#, "'latency' is outside"),
        (#"{"faults":[{"fault":"latency","count":-1}]}"#, "'latency' is outside"),
        (#"{"faults":[{"fault":"latency","seconds":"x"}]}"#, "seconds"), (#"{"faults":{}}"#, "faults"),
        ("nonsense", ""),
    ])
    func faultsThatCannotBeReadAreNamed(json: String, naming: String) {
        #expect {
            try FaultPlan(json: Array(json.utf8))
        } throws: { error in
            guard let error = error as? SandboxError else { return false }
            return error.code == .badFaults && (naming.isEmpty || error.message.contains(naming))
        }
    }
}
