import Foundation
import HTTPTypes
import Records
import Sandbox
import Testing

/// Faults in what the account may do, and how often.
@Suite struct AccountFaultTests {
    private static let passwordForm = "username=sandbox&password=sandbox&grant_type=password"

    private static func page(_ index: Int) -> String { "/api/alldata?taskid=t&pageindex=\(index)&pagesize=10" }

    /// With a task of 50 rows.
    private static func with(
        _ faults: FaultPlan, configuration: SandboxConfiguration = emptyTask(),
        _ body: (_ visitor: Visitor, _ store: SandboxStore, _ grant: Received) async throws -> Void
    ) async throws {
        try await withSandbox(configuration) { url, store in
            let time = try stored("2013-01-01")
            store.insert(task: "t", rows: (0..<50).map { StoredRow(time: time, bytes: Array(row($0).utf8)) })
            var visitor = try Visitor(url)
            let grant = try await visitor.grant(passwordForm)
            visitor.token = grant.text("access_token")
            store.faults = faults
            try await body(visitor, store, grant)
        }
    }

    @Test func aTokenRevokedInTheMiddleOfPagingIsRefusedUntilAnotherIsAskedFor() async throws {
        try await Self.with(FaultPlan([.init(Fault(.tokenRevoked), fromPage: 2, count: 1)])) {
            visitor, store, grant async throws in
            #expect(try await visitor.get(Self.page(1)).status == 200)
            let refused = try await visitor.get(Self.page(2))
            #expect(refused.status == 401)
            #expect(refused.text("error") == "unauthorized")
            #expect(try await visitor.get(Self.page(2)).status == 401)
            #expect(try await visitor.get(Self.page(1)).status == 401)
            let refreshed = try await visitor.grant(
                "refresh_token=\(grant.text("refresh_token") ?? "")&grant_type=refresh_token")
            var renewed = visitor
            renewed.token = refreshed.text("access_token")
            #expect(try await renewed.get(Self.page(2)).names.count == 10)
            #expect(store.statistics.faults == [.tokenRevoked: 1])
        }
    }

    @Test func aRefreshIsRefusedAndThePasswordIsNot() async throws {
        try await Self.with(FaultPlan([.init(Fault(.refreshRefused))])) { visitor, store, grant async throws in
            let form = "refresh_token=\(grant.text("refresh_token") ?? "")&grant_type=refresh_token"
            let refused = try await visitor.grant(form)
            #expect(refused.status == 400)
            #expect(refused.text("error") == "invalid_grant")
            #expect(try await visitor.grant(Self.passwordForm).status == 200)
            #expect(store.faults.progress.map(\.seen) == [1])
            #expect(store.faults.progress.map(\.played) == [1])
            // The token was not spent by the refusal.
            store.faults = FaultPlan()
            #expect(try await visitor.grant(form).status == 200)
        }
    }

    @Test func aChangedPasswordRefusesAllThatWasGivenBefore() async throws {
        let plan = FaultPlan([.init(Fault(.passwordChanged, text: "new"), skip: 1, count: 1)])
        try await Self.with(plan) { visitor, store, grant async throws in
            #expect(try await visitor.get(Self.page(1)).status == 200)
            #expect(try await visitor.get(Self.page(2)).status == 401)
            let form = "refresh_token=\(grant.text("refresh_token") ?? "")&grant_type=refresh_token"
            #expect(try await visitor.grant(form).text("error") == "invalid_grant")
            #expect(try await visitor.grant(Self.passwordForm).text("error") == "invalid_grant")
            var renewed = visitor
            renewed.token = try await visitor.grant("username=sandbox&password=new&grant_type=password")
                .text("access_token")
            #expect(try await renewed.get(Self.page(2)).status == 200)
            #expect(store.statistics.faults == [.passwordChanged: 1])
        }
    }

    @Test func aRateLimitRefusesWhatIsAboveItAndFillsWithTime() async throws {
        let clock = ManualClock()
        var configuration = emptyTask()
        configuration.now = { clock.now }
        let plan = FaultPlan([.init(Fault(.rateLimit, amount: 3, text: "1"))])
        try await Self.with(plan, configuration: configuration) { visitor, store, _ async throws in
            var statuses: [Int] = []
            for _ in 0..<5 { statuses.append(try await visitor.get(Self.page(1)).status) }
            #expect(statuses == [200, 200, 200, 429, 429])
            #expect(try await visitor.get(Self.page(1)).headers[.retryAfter] == "1")
            clock.advance(by: 0.34)
            #expect(try await visitor.get(Self.page(1)).status == 200)
            #expect(try await visitor.get(Self.page(1)).status == 429)
            clock.advance(by: 3600)
            statuses = []
            for _ in 0..<4 { statuses.append(try await visitor.get(Self.page(1)).status) }
            #expect(statuses == [200, 200, 200, 429])
            #expect(store.faults.progress.first?.played == 5)
            #expect(store.faults.progress.first?.seen == 12)
        }
    }

    @Test func aRateLimitWithoutRetryAfterSaysNone() async throws {
        let clock = ManualClock()
        var configuration = emptyTask()
        configuration.now = { clock.now }
        let plan = FaultPlan([.init(Fault(.rateLimit, amount: 1))])
        try await Self.with(plan, configuration: configuration) { visitor, _, _ async throws in
            #expect(try await visitor.get(Self.page(1)).status == 200)
            let refused = try await visitor.get(Self.page(1))
            #expect(refused.status == 429)
            #expect(refused.headers[.retryAfter] == nil)
            #expect(refused.body == #"{"message":"API calls quota exceeded."}"#)
        }
    }

    @Test func requestsBeyondTheMostAtOnceAreRefused() async throws {
        try await Self.with(FaultPlan([.init(Fault(.concurrencyLimit, amount: 2))])) { visitor, store, _ async throws in
            let (held, holding) = AsyncStream<Void>.makeStream()
            let (released, release) = AsyncStream<Void>.makeStream()
            store.onRequest { request in
                guard request.pageIndex == 1 else { return }
                holding.yield()
                for await _ in released {}
            }
            try await withThrowingTaskGroup(of: Int.self) { group in
                var waiting = held.makeAsyncIterator()
                for _ in 0..<2 {
                    group.addTask { try await visitor.get(Self.page(1)).status }
                    await waiting.next()
                }
                // Two are under way: any further one is refused at once, until they are done.
                for _ in 0..<3 { #expect(try await visitor.get(Self.page(2)).status == 429) }
                release.finish()
                for try await status in group { #expect(status == 200) }
            }
            for _ in 0..<5 { #expect(try await visitor.get(Self.page(2)).status == 200) }
            #expect(store.statistics.faults == [.concurrencyLimit: 3])
        }
    }

    @Test func noRequestHoldsItsPlaceWhateverBecomesOfIt() async throws {
        try await Self.with(FaultPlan()) { visitor, store, _ async throws in
            for kind in Fault.Kind.allCases where ![.tokenRevoked, .passwordChanged].contains(kind) {
                guard kind.usualEndpoints.contains(.all), kind != .concurrencyLimit else { continue }
                store.faults = FaultPlan([
                    .init(Fault(kind, seconds: 0.01, amount: 1), count: 1), .init(Fault(.concurrencyLimit, amount: 1)),
                ])
                _ = await visitor.raw(Self.page(2), closes: true)
                // Other than the fault's own, nothing is refused: the place is free once the client knows the end.
                #expect(try await visitor.eventually(Self.page(2)) { $0.names.count == 10 }, "\(kind)")
            }
        }
    }

    @Test func latencyIsAtLeastWhatIsSetAndOtherFaultsArePlayedBesides() async throws {
        let plan = FaultPlan([.init(Fault(.latency, seconds: 0.1, jitter: 0.1)), .init(Fault(.serverError), every: 2)])
        try await Self.with(plan) { visitor, store, _ async throws in
            let start = ContinuousClock.now
            #expect(try await visitor.get(Self.page(1)).status == 200)
            #expect(try await visitor.get(Self.page(1)).status == 500)
            #expect(ContinuousClock.now - start >= .milliseconds(200))
            #expect(store.statistics.faults == [.latency: 2, .serverError: 1])
            #expect(store.log.suffix(2).map(\.fault) == [.latency, .serverError])
        }
    }

    @Test(arguments: [301, 302, 303, 307, 308]) func aRedirectLeadsToAnotherHost(status: Int) async throws {
        let fault = Fault(.redirect, status: status, text: "http://elsewhere.test:81/api?a=b")
        try await Self.with(FaultPlan([.init(fault)])) { visitor, _, _ async throws in
            let answer = await visitor.raw(Self.page(1), closes: true)
            #expect(answer.status == status)
            #expect(answer["Location"] == "http://elsewhere.test:81/api?a=b")
            #expect(answer.body == [])
        }
    }
}
