import Catalog
import Foundation
import Jobs
import Logging
import Snapshots
import StorageTime
import Synchronization
import Testing

@testable import OctoparseAPI
@testable import Operations

@Suite struct WindowLogTests {
    private final class Time: Sendable {
        let seconds = Mutex(0.0)
        var now: Date { Date(timeIntervalSince1970: 1_795_428_000 + seconds.withLock { $0 }) }
    }

    private let book = LogBook()
    private let time = Time()

    private func makeLog() -> WindowLog { WindowLog(logger: book.logger, now: { [time] in time.now }) }

    private func job() throws -> Job {
        try #require(JobFixture(["job": "tasks: [a]\nschedule: \"7 * * * *\"\n"]).set.jobs.first)
    }

    private func failed(_ task: String, _ code: APIError.Code) throws -> SnapshotEvent {
        let window = try Window(from: StorageInstant(parsing: "2026-11-23"), to: StorageInstant(parsing: "2026-11-24"))
        return .failed(task: task, window: window, error: APIError(code, "it is \(code)"))
    }

    private var warnings: [LogBook.Line] { book.lines.filter { $0.level == .warning } }

    @Test func aFailureThatGoesOnIsALineAnHour() throws {
        let (log, job) = (makeLog(), try job())
        for _ in 0..<130 {
            log.note(try failed("a", .unavailable), of: job)
            log.ended(job, tasks: ["a", "b"], failed: ["a"])
            time.seconds.withLock { $0 += 60 }
        }
        #expect(warnings.map { $0.fields["count"] } == [nil, "61", "121"])
        #expect(
            warnings.first?.fields == [
                "job": "job", "task": "a", "window": "2026-11-23 00:00:00 to 2026-11-24 00:00:00",
                "code": "unavailable", "reason": "it is unavailable",
            ])
    }

    @Test func eachTaskAndEachReasonIsSaid() throws {
        let (log, job) = (makeLog(), try job())
        for (task, code) in [("a", APIError.Code.timeout), ("b", .timeout), ("b", .network), ("a", .timeout)] {
            log.note(try failed(task, code), of: job)
        }
        #expect(warnings.map { $0.fields["task"] } == ["a", "b", "b"])
    }

    @Test func aTaskThatWorksAgainIsSaidOnce() throws {
        let (log, job) = (makeLog(), try job())
        for _ in 0..<3 { log.note(try failed("a", .timeout), of: job) }
        for _ in 0..<3 { log.ended(job, tasks: ["a", "b"], failed: []) }
        let notices = book.lines.filter { $0.level == .notice }
        #expect(notices.map(\.message) == ["A task works again"])
        #expect(notices.first?.fields == ["job": "job", "task": "a", "count": "3"])
        log.note(try failed("a", .timeout), of: job)
        #expect(warnings.count == 2)
    }

    @Test func beingStoppedIsNoFailure() throws {
        makeLog().note(.failed(task: "a", window: nil, error: CancellationError()), of: try job())
        #expect(book.lines.isEmpty)
    }

    @Test func manyNewTasksAreOneLine() throws {
        let members = (0..<25).map {
            MemberRecord(task: "t\($0)", name: $0 == 0 ? "" : "N\($0)", firstSeen: time.now, lastSeen: time.now)
        }
        makeLog().note(MemberChange(new: members, vanished: [members[1]]), of: try job())
        #expect(book.lines.map(\.fields["count"]) == ["25", "1"])
        #expect(book.lines.first?.fields["tasks"]?.hasPrefix("t0, t1 (N1), ") == true)
        #expect(book.lines.first?.fields["tasks"]?.hasSuffix("t9 (N9), …") == true)
    }
}
