import Catalog
import Foundation
import Jobs
import StorageTime
import Testing

@testable import OctoparseAPI
@testable import Scheduler
@testable import Snapshots
@testable import Operations

@Suite struct RunReportTests {
    private static let now = Date(timeIntervalSince1970: 1_795_428_000)

    private static func report(
        _ result: RunResult, cause: StopRequest.Cause? = nil, requests: RequestCounts = RequestCounts()
    ) throws -> RunReport {
        let job = try #require(
            JobFixture(["job": "tasks: [a]\nschedule: \"7 * * * *\"\ntimeout: 5m\n"]).set.jobs.first)
        let started = RunRecord(job: "job", scheduledAt: now, startedAt: now.addingTimeInterval(1))
        return RunReport(
            result, of: job, started: started, requests: requests, finishedAt: now.addingTimeInterval(9),
            toldToStop: cause)
    }

    private static func failure(_ code: APIError.Code, window: Bool = true) throws -> BackfillSummary.Failure {
        let range = try Window(from: StorageInstant(parsing: "2026-11-23"), to: StorageInstant(parsing: "2026-11-24"))
        return .init(task: "a", window: window ? range : nil, error: APIError(code, "it is \(code)"))
    }

    @Test func aRunThatDidAllIsDone() throws {
        var result = RunResult()
        (result.windows.sealed, result.windows.empty, result.windows.rows) = (3, 1, 40)
        (result.windows.unproven, result.windows.retaken, result.windows.counted) = (2, 1, 9)
        var requests = RequestCounts()
        (requests.requests, requests.retries, requests.bytesReceived) = (12, 2, 3400)
        let report = try Self.report(result, requests: requests)
        #expect(report.outcome.word == .done && report.outcome.exitStatus == 0 && report.outcome.didSomething)
        #expect(report.record.outcome == "done" && report.record.finishedAt == Self.now.addingTimeInterval(9))
        #expect(
            String(decoding: report.outcome.summaryJSON, as: UTF8.self) == """
                {"job":"job","scheduled_at":"2026-11-23T10:00:00Z","started_at":"2026-11-23T10:00:01Z",\
                "finished_at":"2026-11-23T10:00:09Z","outcome":"done","sealed":3,"empty":1,"unproven":2,"failed":0,\
                "retaken":1,"counted":9,"rows":40,"bytes":3400,"requests":12,"least":0,"wasted":0,"retries":2,"new_tasks":[],\
                "vanished_tasks":[],"first_error":null}
                """)
    }

    @Test func aRunWithNothingToDoIsDoneAndIdle() throws {
        let report = try Self.report(RunResult())
        #expect(report.outcome.word == .done && !report.outcome.didSomething)
        #expect(report.record.isIdle)
    }

    @Test(arguments: [
        (APIError.Code.unavailable, 0, RunOutcome.Word.failed, Int32(69)), (.unavailable, 2, .partial, 69),
        (.credentialsRefused, 0, .failed, 77), (.taskUnknown, 1, .partial, 75), (.pageSize, 4, .failed, 70),
    ])
    func aFailureIsToldByItsWorstPart(
        code: APIError.Code, sealed: Int, word: RunOutcome.Word, status: Int32
    ) throws {
        var result = RunResult()
        result.windows.sealed = sealed
        result.windows.failed = [try Self.failure(code)]
        let report = try Self.report(result)
        #expect(report.outcome.word == word && report.outcome.exitStatus == status)
        #expect(report.outcome.didSomething == (sealed > 0), "a failure alone is no deed")
        #expect(
            report.record.firstError == "task a, 2026-11-23 00:00:00 to 2026-11-24 00:00:00: it is \(code)")
        #expect(report.outcome.firstError?.code == code.rawValue && report.record.failed == 1)
    }

    @Test func aListingThatFailedIsTheFirstError() throws {
        var result = RunResult()
        result.windows.sealed = 2
        result.windows.failed = [try Self.failure(.malformed, window: false)]
        result.errors = [APIError(.unavailable, "the groups cannot be listed")]
        let report = try Self.report(result)
        #expect(report.outcome.word == .partial && report.outcome.exitStatus == 69)
        #expect(report.record.firstError == "the groups cannot be listed")
    }

    @Test func tasksThatAnotherProcessHoldsAreForLater() throws {
        var result = RunResult()
        result.windows.lockedTasks = ["a"]
        let report = try Self.report(result)
        #expect(report.outcome.word == .partial && report.outcome.exitStatus == 75)
        #expect(report.record.firstError == "another process holds task a")
    }

    @Test(arguments: [
        (StopRequest.Cause.shutdown, String?.none),
        (.timeout, "its timeout of 5m is over; the next run takes what is left"),
    ])
    func aRunThatWasToldToStopIsInterruptedWhereWorkIsLeft(
        cause: StopRequest.Cause, error: String?
    ) throws {
        var result = RunResult()
        result.windows.sealed = 2
        result.windows.isCutShort = true
        let report = try Self.report(result, cause: cause)
        #expect(report.outcome.word == .interrupted && report.outcome.exitStatus == 75)
        #expect(report.record.firstError == error)
        result.windows.isCutShort = false
        #expect(try Self.report(result, cause: cause).outcome.word == .done)
    }

    @Test func aRunCutOffWhileListingIsInterrupted() throws {
        var result = RunResult()
        result.errors = [CancellationError()]
        #expect(try Self.report(result, cause: .shutdown).outcome.word == .interrupted)
    }

    @Test func newAndVanishedTasksAreInTheSummary() throws {
        var result = RunResult()
        result.change.new = [MemberRecord(task: "n", name: "New \"1\"", firstSeen: Self.now, lastSeen: Self.now)]
        result.change.vanished = [MemberRecord(task: "v", name: "", firstSeen: Self.now, lastSeen: Self.now)]
        let report = try Self.report(result)
        #expect(report.outcome.didSomething)
        let text = String(decoding: report.outcome.summaryJSON, as: UTF8.self)
        #expect(
            text.contains(#""new_tasks":[{"task":"n","name":"New \"1\""}],"vanished_tasks":[{"task":"v","name":""}]"#))
    }
}
