import Foundation
import Jobs
import Logging
import Testing

@testable import Scheduler

@Suite struct RunLogTests {
    private let book = LogBook()

    /// Ends runs of one job, a minute apart, and gives the lines there are at `info` and above.
    private func log(_ outcomes: [RunOutcome], every minutes: Double = 1) throws -> [LogBook.Line] {
        let log = RunLog(logger: book.logger, interval: 3600)
        let job = try Fixture.job("a")
        for (index, outcome) in outcomes.enumerated() {
            log.ended(job, outcome, after: .seconds(2), at: Fixture.date("10:00:00") + Double(index) * minutes * 60)
        }
        return book.lines.filter { $0.level >= .info }
    }

    @Test func aQuietHourIsQuiet() throws {
        #expect(try log(Array(repeating: .idle, count: 60)).isEmpty)
    }

    @Test func runsThatDidSomethingAreALineEach() throws {
        let lines = try log([.fine, .idle, .fine])
        #expect(lines.map(\.message) == ["A run ended", "A run ended"])
        #expect(lines.allSatisfy { $0.level == .info && $0.fields["job"] == "a" && $0.fields["seconds"] == "2" })
    }

    @Test func aFailureThatGoesOnIsALineAnHour() throws {
        let lines = try log(Array(repeating: .failed("unavailable"), count: 130))
        #expect(lines.map { $0.fields["count"] } == [nil, "61", "121"])
        #expect(lines.allSatisfy { $0.level == .error && $0.fields["code"] == "unavailable" })
    }

    @Test func aFailureThatChangesOrEndsIsSaid() throws {
        let lines = try log([
            .failed("unavailable"), .failed("unavailable"), .failed("credentials-refused"), .idle, .idle,
            .failed("unavailable"),
        ])
        #expect(lines.map(\.message) == ["A run failed", "A run failed", "A job works again", "A run failed"])
        #expect(lines[2].level == .notice)
    }

    @Test func aPartOfTheWorkIsAWarning() throws {
        let lines = try log([RunOutcome(word: .partial, didSomething: true, exitStatus: 75)])
        #expect(lines.map(\.level) == [.warning])
        #expect(lines.first?.fields["exit_status"] == "75")
    }

    @Test func aFilterWithoutIntervalReportsChangesAlone() {
        var filter = RepeatFilter(interval: nil)
        let start = Fixture.date("10:00:00")
        #expect(filter.succeeded("a") == nil)
        #expect(filter.failed("a", as: "x", at: start) == 1)
        #expect(filter.failed("b", as: "x", at: start) == 1)
        #expect(filter.failed("a", as: "x", at: start + 1_000_000) == nil)
        #expect(filter.failed("a", as: "y", at: start) == 1)
        #expect(filter.failed("a", as: "y", at: start) == nil)
        #expect(filter.succeeded("a") == 2)
        #expect(filter.succeeded("a") == nil)
    }
}
