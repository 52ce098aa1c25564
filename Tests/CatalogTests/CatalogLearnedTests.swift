import Catalog
import Foundation
import Testing

@Suite struct CatalogLearnedTests {
    @Test func whatWasLearntOfATasksServerIsKeptByTaskAndHost() throws {
        let catalog = try SnapshotCatalog.inMemory(now: testNow)
        #expect(try catalog.learned(of: "t", host: "h") == nil)
        var learned = LearnedRecord()
        try catalog.record(learned, of: "t", host: "h")
        #expect(try catalog.learned(of: "t", host: "h") == learned)
        (learned.startHeededAt, learned.endHeededAt) = (testNow, testNow.addingTimeInterval(-60))
        (learned.doubt, learned.windowsLeft, learned.isUntried) = (2, 31, true)
        (learned.hourlyRows, learned.hourlyRowsAt) = ("1,2", testNow)
        try catalog.record(learned, of: "t", host: "h")
        #expect(try catalog.learned(of: "t", host: "h") == learned)
        #expect(try catalog.learned(of: "u", host: "h") == nil)
        #expect(try catalog.learned(of: "t", host: "other") == nil)
    }

    @Test func aRebuildLeavesWhatWasLearnt() throws {
        let catalog = try SnapshotCatalog.inMemory(now: testNow)
        var learned = LearnedRecord()
        learned.startHeededAt = testNow
        try catalog.record(learned, of: "t", host: "h")
        try catalog.rebuild { _ in }
        #expect(try catalog.learned(of: "t", host: "h") == learned)
    }
}
