import Foundation
import Sandbox
import TestSupport
import Testing

/// How the built program ends where cursors are refused, stand still, go back, start over or give their own row again.
@Suite(.timeLimit(.minutes(60))) struct CursorStatusTests {
    private static let weather = TaskSpecification.weather.id

    struct Case: Sendable, CustomTestStringConvertible {
        let fault: Fault.Kind
        /// Which requests it is played on.
        let play: String
        let status: Int32
        var code: String?
        var testDescription: String { "\(fault.rawValue)\(play)" }
    }

    static let cases: [Case] =
        [Fault.Kind.cursorRefused, .cursorStandsStill, .cursorGoesBack, .cursorStartsOver].flatMap { fault in
            [
                Case(fault: fault, play: "", status: 75, code: fault == .cursorStartsOver ? nil : "cursor-unusable"),
                Case(fault: fault, play: ":next=1", status: 0), Case(fault: fault, play: ":skip=1:next=1", status: 0),
                Case(fault: fault, play: ":skip=2:next=1", status: 0),
            ]
        } + [
            Case(fault: .cursorInclusive, play: "", status: 0),
            Case(fault: .cursorInclusive, play: ":next=1", status: 0),
        ]

    @Test(arguments: Sampling.some(2, of: cases))
    func theStatusSaysWhetherAllIsHereAndNoRowIsLostOrDoubled(_ play: Case) async throws {
        var configuration = SandboxConfiguration(api: .openAPI)
        configuration.faults = try FaultPlan(parsing: [play.fault.rawValue + play.play], seed: 1)
        try await withSandbox(configuration) { baseURL, store in
            var program = try Program(baseURL: baseURL)
            program.variables["OCTOPARSE_API"] = "openapi"
            let arguments = ["snapshot", Self.weather, "--source", "increments", "--page-size", "500", "--json"]
            let outcome = try await program.run(arguments)
            #expect(outcome.status == play.status, "\(outcome.output)\(outcome.errors)")
            if let code = play.code { #expect(try outcome.json()["code"] as? String == code, "\(outcome.output)") }
            let expected = store.multiset(of: Self.weather)
            if play.status == 0 {
                let restored = try await program.run("restore", Self.weather, "--format", "ndjson")
                #expect(multiset(restored.output) == expected)
            }
            store.faults = FaultPlan([], seed: 1)
            #expect(try await program.run(arguments).status == 0, "the next run has everything")
            let restored = try await program.run("restore", Self.weather, "--format", "ndjson")
            #expect(multiset(restored.output) == expected)
            #expect(try await program.run("verify", "--deep").status == 0)
        }
    }
}
