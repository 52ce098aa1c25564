import Foundation
import Records
import StorageTime
import Testing

@testable import Catalog

/// How fast a vault grows, and how old rows were when the cloud still gave them.
@Suite struct CatalogGrowthTests {
    private static func end(_ window: Window, plus seconds: Double) -> Date {
        Date(timeIntervalSince1970: Double(window.to.seconds - 62_135_596_800) + seconds)
    }

    private static func catalog(_ records: [SnapshotRecord]) throws -> SnapshotCatalog {
        let catalog = try SnapshotCatalog.inMemory(now: testNow)
        try catalog.apply(change(records))
        return catalog
    }

    @Test func growthIsWhatCameInAsItBecameDue() throws {
        let (late, early) = (try hours(24 * 20, 24 * 20 + 1), try hours(0, 1))
        let catalog = try Self.catalog([
            snapshot(late, bytes: 100, capturedAt: Self.end(late, plus: 900)),
            snapshot(early, bytes: 5000, capturedAt: testNow),
            snapshot(nil, source: .all, bytes: 30, capturedAt: testNow),
        ])
        let growth = try #require(try catalog.growth(since: testNow.addingTimeInterval(-30 * 86_400), now: testNow))
        #expect(growth.bytes == 130, "a backfill of older time is none")
        #expect(growth.seconds == testNow.timeIntervalSince(Self.end(late, plus: 900)))
        #expect(try catalog.growth(since: testNow.addingTimeInterval(-60), now: testNow)?.bytes == 30)
    }

    @Test func aDayIsTheLeastThatARateIsTakenOver() throws {
        let catalog = try Self.catalog([snapshot(nil, source: .all, bytes: 30, capturedAt: testNow)])
        let growth = try catalog.growth(since: .distantPast.addingTimeInterval(1), now: testNow)
        #expect(growth == VaultGrowth(bytes: 30, seconds: 86_400))
        #expect(growth?.bytesPerDay == 30)
        #expect(try SnapshotCatalog.inMemory(now: testNow).growth(since: testNow, now: testNow) == nil)
    }

    @Test func theOldestAgeIsOfACountThatFoundRows() throws {
        let (first, second) = (try hours(0, 1), try hours(1, 2))
        var recounted = snapshot(second, capturedAt: Self.end(second, plus: 900))
        recounted.recheckedAt = Self.end(second, plus: 7200)
        let catalog = try Self.catalog([
            snapshot(first, state: .unproven, rows: 0, capturedAt: Self.end(first, plus: 99_999)), recounted,
        ])
        func age() throws -> Int? { try catalog.oldestAgeWithRows(of: "t", source: .storageTime, host: "h") }
        #expect(try age() == 7200)
        let counted = Self.end(second, plus: 50_000)
        try catalog.record([
            RecheckRecord(task: "t", source: .storageTime, host: "h", range: second, countedAt: counted, total: 3)
        ])
        #expect(try age() == 50_000)
        // A count of both found the rows of the older one as well, if it has any.
        try catalog.record([
            RecheckRecord(
                task: "t", source: .storageTime, host: "h", range: try hours(0, 2),
                countedAt: Self.end(second, plus: 60_000), total: 3)
        ])
        #expect(try age() == 60_000)
        #expect(try catalog.oldestAgeWithRows(of: "u", source: .storageTime, host: "h") == nil)
    }

    @Test func aCountOfManyWindowsTellsTheAgeOfTheOldestThatHasRows() throws {
        let windows = try (0..<4).map { try hours($0, $0 + 1) }
        let catalog = try Self.catalog(
            windows.enumerated().map { place, window in
                snapshot(
                    window, state: place == 0 ? .unproven : .sealed, rows: place == 0 ? 0 : 3,
                    capturedAt: Self.end(window, plus: 900))
            })
        try catalog.record([
            RecheckRecord(
                task: "t", source: .storageTime, host: "h", range: try hours(0, 4),
                countedAt: Self.end(windows[3], plus: 50_000), total: 9)
        ])
        let age = try catalog.oldestAgeWithRows(of: "t", source: .storageTime, host: "h")
        #expect(age == 50_000 + 2 * 3600)
    }
}
