import Foundation
import GRDB
import Records
import StorageTime
import TestSupport
import Testing

@testable import Catalog

/// What is kept of jobs over restarts: counters, and notices that were not delivered.
@Suite struct CatalogCountersTests {
    @Test func countersAddUpAndOutliveTheProcess() throws {
        let scratch = try Scratch()
        var catalog = try scratch.open()
        for outcome in ["done", "failed", "done"] {
            var run = RunRecord(job: "a", scheduledAt: testNow, startedAt: testNow, outcome: outcome)
            run.finishedAt = testNow
            try catalog.recordEnd(run)
        }
        try catalog.add(3, to: .missedFirings, of: "a")
        try catalog.add(to: .missedFirings, of: "a")
        try catalog.add(0, to: .missedFirings, of: "b")
        try catalog.add(to: .noticeFailures, of: "b")
        try catalog.set(.failuresInRow, of: "a", to: 2)
        try catalog.set(.failuresInRow, of: "a", to: 0)
        try catalog.set(.lastExitStatus, of: "a", to: 75)
        try catalog.close()
        catalog = try scratch.open()
        let counters = try catalog.counters()
        #expect(counters["a"]?.runs == ["done": 2, "failed": 1])
        #expect(counters["a"]?.missedFirings == 4 && counters["a"]?.failuresInRow == 0)
        #expect(counters["a"]?.lastExitStatus == 75 && counters["b"]?.lastExitStatus == nil)
        #expect(counters["b"]?.noticeFailures == 1 && counters["b"]?.missedFirings == 0)
    }

    @Test func idleRunsThatTakeEachOthersPlaceAreAllCounted() throws {
        let catalog = try SnapshotCatalog.inMemory(now: testNow)
        for second in 0..<5 {
            let now = testNow.addingTimeInterval(Double(second))
            var run = RunRecord(job: "a", scheduledAt: now, startedAt: now, outcome: "done")
            run.finishedAt = now
            try catalog.recordEnd(run)
        }
        #expect(try catalog.runs(limit: 100).count == 2)
        #expect(try catalog.counters()["a"]?.runs == ["done": 5])
    }

    @Test func aFailedNoticeIsKeptOncePerTargetAndCountsItsAttempts() throws {
        let catalog = try SnapshotCatalog.inMemory(now: testNow)
        func fail(_ job: String, _ target: String, _ message: String, _ seconds: Double) throws {
            let at = testNow.addingTimeInterval(seconds)
            try catalog.record(
                FailedNotice(
                    job: job, target: target, event: "failure", message: message, reason: "r", firstFailedAt: at,
                    lastFailedAt: at))
        }
        try fail("a", "ntfy", "1", 0)
        try fail("a", "ntfy", "2", 60)
        try fail("a", "slack", "3", 60)
        try fail("b", "ntfy", "4", 60)
        let kept = try #require(try catalog.failedNotices(of: "a").first)
        #expect(kept.message == "2" && kept.attempts == 2 && kept.firstFailedAt == testNow)
        #expect(kept.lastFailedAt == testNow.addingTimeInterval(60))
        #expect(try catalog.failedNotices().map(\.target) == ["ntfy", "slack", "ntfy"])
        try catalog.forgetFailedNotice(of: "a", target: "ntfy")
        #expect(try catalog.failedNotices().map(\.message) == ["3", "4"])
    }

    @Test func aReaderSeesWhatOthersWriteAndHoldsNobodyUp() throws {
        let scratch = try Scratch()
        let writer = try scratch.open()
        let reader = try SnapshotCatalog.openReader(path: scratch.file)
        let before = try reader.stamp()
        #expect(try reader.stamp() == before)
        try writer.record(RunRecord(job: "a", scheduledAt: testNow, startedAt: testNow))
        #expect(try reader.stamp() != before)
        #expect(try reader.runs(limit: 10).map(\.job) == ["a"])
        // A write in the middle of a reading waits for nothing, and the reading is of one moment.
        let runs = try reader.read { database in
            let first = try Int.fetchOne(database, sql: "SELECT count(*) FROM runs")
            try writer.record(RunRecord(job: "b", scheduledAt: testNow, startedAt: testNow))
            return (first, try Int.fetchOne(database, sql: "SELECT count(*) FROM runs"))
        }
        #expect(runs.0 == 1 && runs.1 == 1)
        #expect(throws: CatalogError.self) {
            try reader.record(RunRecord(job: "c", scheduledAt: testNow, startedAt: testNow))
        }
    }

    @Test func daysChangesAndPagesAreOfOneSeries() throws {
        let catalog = try SnapshotCatalog.inMemory(now: testNow)
        let start = try StorageInstant(parsing: "2026-11-01")
        let series = Series(task: "t", source: .storageTime, host: "h")
        var contents: [FolderContent] = []
        for day in 0..<3 {
            var snapshots: [SnapshotRecord] = []
            for hour in 0..<24 {
                let from = start.advanced(by: day * 86_400 + hour * 3600)
                let window = try Window(from: from, to: from.advanced(by: 3600))
                let isKept = day == 1 && hour == 3
                snapshots.append(
                    SnapshotRecord(
                        path: "f\(day)/\(hour)", task: "t", source: .storageTime, window: window,
                        state: day == 2 ? .pruned : .sealed, revision: isKept ? 2 : 1, host: "h",
                        convention: .closed, proof: .oneAnswer, capturedAt: testNow, total: 5, kept: isKept ? 2 : 0,
                        rows: 5, bytes: 10, uncompressedBytes: 20, rowsDigest: "0", manifestSHA256: "0"))
            }
            contents.append(FolderContent(path: "f\(day)", modified: nil, snapshots: snapshots))
        }
        try catalog.replace(contents)
        let days = try catalog.days(of: series, since: .earliest)
        #expect(days.map(\.rows) == [120, 120, 0] && days.map(\.windows) == [24, 24, 24])
        #expect(days.map(\.kept) == [0, 2, 0] && days.first?.day == start)
        #expect(try catalog.days(of: series, since: start.advanced(by: 86_400)).count == 2)
        #expect(try catalog.days(of: Series(task: "t", source: .all, host: "h"), since: .earliest).isEmpty)
        let changed = try catalog.changedWindows(of: series, limit: 10)
        #expect(changed.map(\.kept) == [2] && changed.first?.window.from == start.advanced(by: 86_400 + 3 * 3600))
        #expect(
            try catalog.newestWindows(of: series, limit: 2).map(\.window.from)
                == [71, 70].map { start.advanced(by: $0 * 3600) })
        let pages = try [0, 50, 100].map { try catalog.snapshots(of: series, offset: $0, limit: 50) }
        #expect(pages.map(\.count) == [50, 22, 0])
        let froms = pages.flatMap { $0.compactMap(\.window?.from) }
        #expect(froms == froms.sorted(by: >) && Set(froms).count == 72)
    }
}
