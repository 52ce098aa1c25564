import Catalog
import Foundation
import Records
import StorageTime
import TestSupport
import Testing

@Suite struct CatalogStatusTests {
    @Test func everyFigureIsTheSumOfItsSeries() throws {
        let catalog = try SnapshotCatalog.inMemory(now: testNow)
        try catalog.apply(
            change([
                snapshot(try hours(0, 1), rows: 10, bytes: 100, kept: 2),
                snapshot(try hours(1, 2), state: .empty, rows: 0, bytes: 0),
                snapshot(try hours(4, 6), state: .unproven, rows: 0, bytes: 0),
                snapshot(try hours(6, 7), state: .pruned, rows: 5, bytes: 0),
                snapshot(nil, source: .all, rows: 7, bytes: 70),
                snapshot(try hours(0, 1), task: "u", rows: 1, bytes: 1),
            ]))
        let all = try catalog.status()
        #expect(all.map(\.series.task) == ["t", "t", "u"])
        #expect(all.map(\.series.source) == [.all, .storageTime, .storageTime])
        #expect(all.map(\.series.name) == ["Task t", "Task t", "Task u"])
        #expect(all[0].rows == 7 && all[0].bytes == 70 && all[0].snapshots == 1 && all[0].bounds == nil)
        let status = all[1]
        #expect(status.rows == 10 && status.bytes == 100 && status.snapshots == 4 && status.kept == 2)
        #expect(status.bounds == (try hours(0, 7)))
        #expect(status.gaps == [try hours(2, 4)])
        #expect(status.empty.windows == [try hours(1, 2)])
        #expect(status.unproven.windows == [try hours(4, 6)])
        #expect(status.pruned.windows == [try hours(6, 7)])
        #expect(status.newestCapture == testNow)
        #expect(try catalog.status(tasks: ["u"]).map(\.series.task) == ["u"])
        #expect(try catalog.status(source: .all).map(\.rows) == [7])
    }

    @Test(arguments: Sampling.quick(3, of: [1, 31, 32, 64, 300])) func manySeriesComeInTheirOrderWithTheirOwnFigures(
        count: Int
    ) throws {
        let scratch = try Scratch()
        let catalog = try scratch.open()
        try catalog.apply(
            change(
                try (0..<count).map { index in
                    snapshot(try hours(index % 7, index % 7 + 1), task: "t\(1000 + index)", rows: index)
                }))
        for _ in 0..<3 {
            let all = try catalog.status()
            #expect(all.map(\.series.task) == (0..<count).map { "t\(1000 + $0)" })
            #expect(all.map(\.rows) == Array(0..<count))
            #expect(try all.map(\.bounds) == (0..<count).map { try hours($0 % 7, $0 % 7 + 1) })
        }
        try catalog.close()
        #expect(throws: CatalogError.self) { try catalog.status() }
    }

    @Test func aWindowCapturedBeforeItWasClosedIsNotCovered() throws {
        let catalog = try SnapshotCatalog.inMemory(now: testNow)
        let window = try hours(0, 1)
        let end = Date(timeIntervalSince1970: Double(window.to.seconds - 62_135_596_800))
        try catalog.apply(change([snapshot(window, capturedAt: end.addingTimeInterval(900))]))
        func covered(_ zone: String, settle: Int) throws -> Bool {
            let table = ClosingTable(
                clock: try StorageClock(zoneNamed: zone), settle: Seconds(settle), instants: end...testNow)
            return try catalog.status(closing: table)[0].covered.contains(window)
        }
        #expect(try covered("UTC", settle: 900))
        #expect(try !covered("UTC", settle: 901))
        #expect(try covered("Asia/Tokyo", settle: 900))
        #expect(try !covered("America/New_York", settle: 0))
    }

    @Test(arguments: Sampling.quick(4, of: 0..<20))
    func randomHistoriesAddUpAsAModelSays(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let catalog = try SnapshotCatalog.inMemory(now: testNow)
        var model: [Window: SnapshotRecord] = [:]
        for _ in 0..<30 {
            let from = Int.random(in: 0..<60, using: &random)
            let record = snapshot(
                try hours(from, from + 1), state: SnapshotState.allCases.randomElement(using: &random) ?? .sealed,
                rows: .random(in: 0..<9, using: &random), bytes: .random(in: 0..<99, using: &random))
            var edit = change([record])
            if Int.random(in: 0..<4, using: &random) == 0, let gone = model.values.map(\.path).sorted().first {
                edit.removedPaths = [gone]
                model = model.filter { $0.value.path != gone }
            }
            if let window = record.window { model[window] = record }
            try catalog.apply(edit)
        }
        let status = try #require(try catalog.status().first, "seed \(seed)")
        #expect(status.rows == model.values.reduce(0) { $0 + ($1.state == .pruned ? 0 : $1.rows) }, "seed \(seed)")
        #expect(status.bytes == model.values.reduce(0) { $0 + $1.bytes }, "seed \(seed)")
        #expect(status.covered == WindowSet(model.keys.sorted()), "seed \(seed)")
        for state in SnapshotState.allCases where state != .sealed {
            let expected = WindowSet(model.filter { $0.value.state == state }.keys.sorted())
            let runs = [SnapshotState.empty: status.empty, .unproven: status.unproven, .pruned: status.pruned][state]
            #expect(runs == expected, "seed \(seed), \(state)")
        }
        #expect(try catalog.snapshots() == model.values.sorted { $0.window! < $1.window! }, "seed \(seed)")
        let range = try hours(20, 40)
        #expect(
            try catalog.windows(of: "t", source: .storageTime, host: "h", in: range).map(\.window)
                == model.keys.filter(range.overlaps).sorted(), "seed \(seed)")
    }
}
