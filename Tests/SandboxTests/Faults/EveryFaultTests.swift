import Foundation
import Sandbox
import TestSupport
import Testing

/// Every kind, as it is by default but for lengths of time and sizes, shows to a client.
@Suite struct EveryFaultTests {
    private static let window =
        "/api/alldata/getdataoftaskbytimeandpaging?taskid=t&from=2013-01-02&to=2013-01-04&pageindex=2&pagesize=7"

    /// What a client sees of two requests: the answers without their dates, and how long they took.
    private struct Seen: Equatable {
        var answers: [String] = []
        var seconds = 0.0
    }

    private static func look(_ visitor: Visitor, _ refreshToken: String) async throws -> Seen {
        var seen = Seen()
        let start = ContinuousClock.now
        for _ in 0..<2 {
            let answer = await visitor.raw(window, closes: true)
            let head = answer.head.filter { !$0.lowercased().hasPrefix("date:") }
            seen.answers.append("\(head) \(answer.ending) \(String(decoding: answer.body, as: UTF8.self))")
        }
        seen.answers.append(
            "\(try await visitor.grant("refresh_token=\(refreshToken)&grant_type=refresh_token").status)")
        seen.seconds = (ContinuousClock.now - start) / .seconds(1)
        return seen
    }

    /// Those of answers that have a cursor show to a client that reads by one, in the tests of increments.
    private static let kinds = Fault.Kind.allCases.filter {
        ![
            .cursorRefused, .cursorStandsStill, .cursorGoesBack, .cursorStartsOver, .cursorInclusive, .restTotalWrong,
        ].contains($0)
    }

    @Test(arguments: Sampling.quick(4, of: kinds)) func everyKindShowsToAClientAndIsGoneOnceCleared(kind: Fault.Kind)
        async throws
    {
        var configuration = emptyTask()
        configuration.rotatesRefreshTokens = false
        // A clock that stands, for limits a second.
        let clock = ManualClock()
        configuration.now = { clock.now }
        try await withSandbox(configuration) { url, store in
            for index in 0..<50 {
                store.insert(task: "t", row: row(index), at: try stored("2013-01-\(index / 5 + 1)"))
            }
            let visitor = try await Visitor.loggedIn(url)
            let grant = try await visitor.grant("username=sandbox&password=sandbox&grant_type=password")
            let refreshToken = grant.text("refresh_token") ?? ""
            let plain = try await Self.look(visitor, refreshToken)
            #expect(plain.answers.last == "200")
            let rows = store.multiset(of: "t")
            store.faults = FaultPlan([.init(Self.fault(kind))])
            let faulty = try await Self.look(visitor, refreshToken)
            #expect(store.statistics.faults[kind] ?? 0 >= 1)
            switch kind {
            case .latency, .slowDrip, .stallWithin:
                #expect(faulty.answers == plain.answers)
                #expect(faulty.seconds >= 0.2)
            // Its own tests look at the header left out here.
            case .dateSkewed: #expect(faulty.answers == plain.answers)
            default: #expect(faulty.answers != plain.answers)
            }
            #expect(store.multiset(of: "t") == rows)
            store.faults = FaultPlan()
            let after = try await Self.look(visitor, refreshToken)
            // What an account has lost stays lost; all else is as before.
            #expect((after.answers == plain.answers) == (kind != .tokenRevoked && kind != .passwordChanged))
        }
    }

    private static func fault(_ kind: Fault.Kind) -> Fault {
        switch kind {
        case .latency, .stallBefore, .stallWithin, .slowDrip: Fault(kind, seconds: 0.1)
        case .rateLimit: Fault(kind, amount: 1)
        case .concurrencyLimit: Fault(kind, amount: 0)
        case .pageSizeCapped: Fault(kind, amount: 3)
        case .spacesBomb, .gzipBomb: Fault(kind, amount: 100_000)
        default: Fault(kind)
        }
    }
}
