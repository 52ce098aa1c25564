import Catalog
import Foundation
import Records
import StorageTime
import Testing

@Suite struct CatalogHistoryTests {
    @Test func aRunIsWrittenWhenItStartsAndAgainWhenItEnds() throws {
        let catalog = try SnapshotCatalog.inMemory(now: testNow)
        var run = RunRecord(job: "weather", scheduledAt: testNow, startedAt: testNow.addingTimeInterval(1))
        run.id = try catalog.record(run)
        #expect(try catalog.runs(limit: 10) == [run])
        run.finishedAt = testNow.addingTimeInterval(60)
        (run.sealed, run.empty, run.unproven, run.retaken, run.counted, run.failed) = (1, 2, 3, 4, 5, 6)
        (run.rows, run.bytes, run.requests, run.retries) = (7, 8, 9, 10)
        run.outcome = "partial"
        run.firstError = "task x: gone"
        let id = try catalog.record(run)
        #expect(id == run.id)
        #expect(try catalog.runs(limit: 10) == [run])
    }

    @Test func runsComeNewestFirstByJobAndUpToTheLimit() throws {
        let catalog = try SnapshotCatalog.inMemory(now: testNow)
        for index in 0..<6 {
            let start = testNow.addingTimeInterval(Double(index * 10))
            try catalog.record(RunRecord(job: index % 2 == 0 ? "a" : "b", scheduledAt: start, startedAt: start))
        }
        #expect(try catalog.runs(limit: 2).map(\.id) == [6, 5])
        #expect(try catalog.runs(of: "a", limit: 2).map(\.id) == [5, 3])
        #expect(try catalog.runs(of: "c", limit: 2).isEmpty)
        try catalog.removeRuns(startedBefore: testNow.addingTimeInterval(40))
        #expect(try catalog.runs(limit: 9).map(\.id) == [6, 5])
    }

    /// Writes a run that started so many seconds after the test's time and took one.
    @discardableResult
    private func end(
        _ catalog: SnapshotCatalog, job: String = "a", at second: Int, sealed: Int = 0, outcome: String = "done",
        keeping limit: Int = SnapshotCatalog.runsKept
    ) throws -> Int64 {
        let start = testNow.addingTimeInterval(Double(second))
        var run = RunRecord(job: job, scheduledAt: start, startedAt: start)
        run.id = try catalog.record(run)
        run.finishedAt = start.addingTimeInterval(1)
        run.sealed = sealed
        run.outcome = outcome
        return try catalog.recordEnd(run, keeping: limit)
    }

    @Test func idleRunsInARowAreOneAndTheFirstRunStays() throws {
        let catalog = try SnapshotCatalog.inMemory(now: testNow)
        for second in 0..<5 { try end(catalog, at: second) }
        #expect(try catalog.runs(limit: 9).map(\.id) == [5, 1])
        try end(catalog, job: "b", at: 5)
        try end(catalog, at: 6, sealed: 1)
        try end(catalog, at: 7)
        try end(catalog, at: 8, outcome: "failed")
        try end(catalog, at: 9)
        try end(catalog, at: 10)
        #expect(try catalog.runs(of: "a", limit: 9).map(\.id) == [11, 9, 8, 7, 5, 1], "8 and 7 lie between others")
        #expect(try catalog.runs(of: "b", limit: 9).count == 1)
    }

    @Test func ofEachJobTheLatestRunsStay() throws {
        let catalog = try SnapshotCatalog.inMemory(now: testNow)
        try end(catalog, job: "b", at: 0, sealed: 1)
        for second in 1..<150 { try end(catalog, at: second, sealed: 1, keeping: 10) }
        let kept = try catalog.runs(of: "a", limit: 1000)
        #expect((11...20).contains(kept.count), "ten, the first, and those since the last look")
        #expect(kept.map(\.startedAt).max() == testNow.addingTimeInterval(149))
        #expect(try catalog.history(of: "a")?.firstRunAt == testNow.addingTimeInterval(1))
        #expect(try catalog.runs(of: "b", limit: 9).count == 1)
    }

    @Test func aHistoryTellsWhatWasHandledAndSinceWhenThereIsTheJob() throws {
        let catalog = try SnapshotCatalog.inMemory(now: testNow)
        #expect(try catalog.jobHistories().isEmpty)
        #expect(try catalog.history(of: "a") == nil)
        try end(catalog, job: "a", at: 0, sealed: 1)
        try end(catalog, job: "a", at: 10, sealed: 1, outcome: "partial")
        try end(catalog, job: "a", at: 20, sealed: 1, outcome: "interrupted")
        let killed = testNow.addingTimeInterval(30)
        try catalog.record(RunRecord(job: "a", scheduledAt: killed, startedAt: killed))
        try end(catalog, job: "b", at: 5, outcome: "interrupted")
        let histories = try catalog.jobHistories()
        #expect(histories.map(\.job) == ["a", "b"])
        #expect(histories.map(\.firstRunAt) == [testNow, testNow.addingTimeInterval(5)])
        #expect(histories.map(\.lastHandled) == [testNow.addingTimeInterval(10), nil])
        #expect(histories.map(\.lastRun.outcome) == ["running", "interrupted"])
        #expect(try catalog.history(of: "b") == histories.last)
    }

    @Test func aCountTakesThePlaceOfAnEarlierOneOfTheSameRangeAlone() throws {
        let catalog = try SnapshotCatalog.inMemory(now: testNow)
        func count(_ range: Window, _ age: Int, _ total: Int) -> RecheckRecord {
            RecheckRecord(
                task: "t", source: .storageTime, host: "h", range: range,
                countedAt: testNow.addingTimeInterval(Double(age)), total: total)
        }
        let inside = [count(try hours(0, 1), 0, 1), count(try hours(1, 2), 0, 2), count(try hours(5, 6), 0, 3)]
        try catalog.record(inside)
        let enclosing = count(try hours(0, 3), 9, 3)
        try catalog.record([enclosing])
        #expect(
            try catalog.rechecks(of: "t", source: .storageTime, host: "h") == [
                inside[0], enclosing, inside[1], inside[2],
            ])
        #expect(try catalog.rechecks(of: "t", source: .storageTime, host: "h", in: hours(2, 4)) == [enclosing])
        let later = count(try hours(1, 2), 20, 2)
        try catalog.record([later])
        #expect(
            try catalog.rechecks(of: "t", source: .storageTime, host: "h") == [inside[0], enclosing, later, inside[2]])
        #expect(try catalog.rechecks(of: "t", source: .storageTime, host: "other").isEmpty)
    }

    /// By their times nobody could tell whether they came before or after.
    @Test func countsOfTheSecondInWhichAWindowIsFetchedAgainAreForgotten() throws {
        let catalog = try SnapshotCatalog.inMemory(now: testNow)
        func count(_ range: Window, _ age: Double, host: String = "h") -> RecheckRecord {
            RecheckRecord(
                task: "t", source: .storageTime, host: host, range: range,
                countedAt: testNow.addingTimeInterval(age), total: 1)
        }
        let before = [count(try hours(0, 9), -1), count(try hours(1, 2), -60)]
        let beside = [count(try hours(3, 5), 0.2), count(try hours(0, 2), 5), count(try hours(1, 4), 0, host: "g")]
        let together = [count(try hours(2, 3), 0.1), count(try hours(1, 4), 0.9), count(try hours(0, 3), 30)]
        try catalog.record(before + beside + together)
        let window = try hours(2, 3)
        try catalog.forgetCounts(
            of: "t", source: .storageTime, host: "h", over: [(window, testNow.addingTimeInterval(0.5))])
        let left = try ["g", "h"].flatMap { try catalog.rechecks(of: "t", source: .storageTime, host: $0) }
        #expect(Set(left.map(\.range)) == Set((before + beside).map(\.range)))
    }

    @Test func aVerificationIsRememberedByPathAndMoment() throws {
        let catalog = try SnapshotCatalog.inMemory(now: testNow)
        let first = VerificationRecord(path: "a/b/_1", archiveSHA256: "x", verifiedAt: testNow, isDeep: false)
        var second = VerificationRecord(path: "a/c/_2", archiveSHA256: "y", verifiedAt: testNow, isDeep: true)
        try catalog.record([first, second])
        #expect(try catalog.verifications(below: "a", since: testNow) == ["a/b/_1": first, "a/c/_2": second])
        #expect(try catalog.verifications(below: "a/b", since: testNow) == ["a/b/_1": first])
        second.verifiedAt = testNow.addingTimeInterval(5)
        try catalog.record([second])
        #expect(try catalog.verifications(below: "a", since: testNow.addingTimeInterval(1)) == ["a/c/_2": second])
    }
}
