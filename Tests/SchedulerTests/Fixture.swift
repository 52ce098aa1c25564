import Cron
import Foundation
import Logging
import Synchronization

@testable import Jobs
@testable import Scheduler

/// What tests of this module start from.
enum Fixture {
    /// A time of day of 23 November 2026, a Monday, in UTC; or a whole instant.
    static func date(_ text: String) -> Date {
        let whole = text.contains("T") ? text : "2026-11-23T\(text)Z"
        guard let date = try? Date(whole, strategy: .iso8601) else { preconditionFailure("no date: \(text)") }
        return date
    }

    static func timing(
        _ name: String, _ schedule: String, _ overlap: Job.Overlap = .skip, zone: String = "UTC"
    ) throws -> JobTiming {
        JobTiming(
            name: name, schedule: try CronExpression(schedule, timeZone: TimeZone(identifier: zone) ?? .gmt),
            overlap: overlap)
    }

    /// A job of that name; `more` are lines of its file.
    static func job(_ name: String, _ schedule: String = "@hourly", _ more: String...) throws -> Job {
        let lines = ["tasks: [\(name)]", "schedule: \"\(schedule)\""] + more
        let log = ProblemLog(file: "jobs/\(name).yaml")
        let placed = JobFileReader.read(
            name: name, text: SourceText(Array(lines.joined(separator: "\n").utf8)), log: log)
        guard let placed else { throw JobFilesError(problems: log.problems) }
        return placed.job
    }

    static func set(_ jobs: Job...) -> JobSet { JobSet(jobs: jobs, accounts: [], missing: nil) }
}

/// Keeps log lines for a look at them.
final class LogBook: Sendable {
    struct Line: Sendable, Hashable {
        let level: Logger.Level
        let message: String
        let fields: [String: String]
    }

    private struct Handler: LogHandler {
        let book: LogBook
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let fields = (event.metadata ?? [:]).mapValues { "\($0)" }
            book.state.withLock { $0.append(Line(level: event.level, message: "\(event.message)", fields: fields)) }
        }
    }

    private let state = Mutex<[Line]>([])

    var logger: Logger { Logger(label: "test") { _ in Handler(book: self) } }
    var lines: [Line] { state.withLock { $0 } }

    /// Messages at `level` or above.
    func messages(from level: Logger.Level = .info) -> [String] {
        lines.filter { $0.level >= level }.map(\.message)
    }
}
