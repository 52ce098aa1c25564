import Foundation
import Testing

@testable import Operations

/// A check-up as a whole: its page, its verdict, and that it goes on.
@Suite struct CheckupTests {
    private struct Told: DoctorCheck {
        let name: String
        let found: [Finding]

        func findings() -> [Finding] { found }
    }

    private struct Broken: DoctorCheck {
        let name = "broken"

        func findings() throws -> [Finding] {
            throw Problem(.cannotWrite, code: "x", "the disk is on fire", hint: "run")
        }
    }

    @Test func aCheckThatFailsIsAFindingAndTheOthersGoOn() async throws {
        let checkup = try await Checkup([Broken(), Told(name: "next", found: [.ok("fine")])])
        #expect(checkup.sections.map(\.name) == ["broken", "next"])
        #expect(checkup.sections[0].findings.map(\.status) == [.cannotWrite])
        #expect(checkup.sections[0].findings[0].message == "this could not be looked at: the disk is on fire")
        #expect(checkup.verdict == .cannotWrite)
    }

    @Test(
        arguments: [
            ([], .done), ([.dataDamaged, .tryAgain], .dataDamaged), ([.unavailable, .dataDamaged], .dataDamaged),
            ([.badConfiguration, .dataDamaged], .badConfiguration),
            ([.noPermission, .badConfiguration], .noPermission),
            ([.cannotWrite, .noPermission], .cannotWrite), ([.tryAgain, .unavailable], .unavailable),
        ] as [([Status], Status)])
    func theVerdictIsTheWorstErrors(statuses: [Status], verdict: Status) async throws {
        let found = statuses.map { Finding.error($0, "bad", nil) } + [.warning("look", nil), .ok("fine")]
        #expect(try await Checkup([Told(name: "a", found: found)]).verdict == verdict)
    }

    @Test func thePageHasALineAFindingTheWorstFirst() async throws {
        let checkup = try await Checkup([
            Told(name: "disk", found: [.ok("10.0 GiB are free")]),
            Told(
                name: "time zone",
                found: [.ok("UTC"), .warning("no zone", "set it"), .error(.tryAgain, "bad", "do it")]),
            Told(name: "nothing", found: []),
        ])
        #expect(
            checkup.lines() == [
                "disk       ok       10.0 GiB are free",
                "time zone  ERROR    bad",
                "                    do it",
                "           warning  no zone",
                "                    set it",
                "           ok       UTC",
                "1 error, 1 warning",
            ])
        #expect(
            checkup.lines(quiet: true) == [
                "time zone  ERROR    bad", "                    do it", "           warning  no zone",
                "                    set it", "1 error, 1 warning",
            ])
        #expect(try await Checkup([Told(name: "disk", found: [.ok("fine")])]).lines().last == "all is well")
    }

    @Test func longSentencesAreBrokenBetweenWordsBelowEachOther() async throws {
        let sentence = "task abc: 1 gap between one time and another time, which is four days in all"
        let checkup = try await Checkup([Told(name: "gaps", found: [.warning(sentence, "octovault backfill abc")])])
        #expect(
            checkup.lines(columns: 60) == [
                "gaps  warning  task abc: 1 gap between one time and another",
                "               time, which is four days in all",
                "               octovault backfill abc", "1 warning",
            ])
        #expect(checkup.lines().count == 3)
    }

    @Test func ofManyAlikeTheFirstAreToldAndTheRestCounted() async throws {
        let found = (0..<100).map { Finding.error($0 == 99 ? .cannotWrite : .dataDamaged, "task \($0)", nil) }
        let checkup = try await Checkup([Told(name: "tasks", found: found)])
        #expect(checkup.sections[0].findings.count == Checkup.mostTold + 1)
        #expect(checkup.sections[0].findings.last?.message == "and 80 more like these")
        #expect(checkup.verdict == .cannotWrite, "what is not told counts as well")
    }

    @Test func jsonHasEveryFinding() async throws {
        let checkup = try await Checkup([Told(name: "a", found: [.warning("w", nil), .error(.tryAgain, "e", "do")])])
        #expect(
            String(decoding: checkup.json.line, as: UTF8.self)
                == #"{"errors":1,"warnings":1,"status":75,"findings":["#
                + #"{"check":"a","level":"error","message":"e","advice":"do","status":75,"tasks":[]},"#
                + #"{"check":"a","level":"warning","message":"w","advice":null,"status":0,"tasks":[]}]}"#)
    }
}
