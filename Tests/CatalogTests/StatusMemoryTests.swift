import Catalog
import Foundation
import Records
import StorageTime
import TestSupport
import Testing

/// Who asks again and again is told the same as who asks once, and only what was written to is read again.
@Suite struct StatusMemoryTests {
    private static let tasks = ["a", "b", "c", "d"]
    private static let folder = "vault_source=storage-time/vault_task=b/vault_date=2026-11-01"

    private static func filled(_ catalog: SnapshotCatalog) throws {
        try catalog.apply(
            change(
                try tasks.flatMap { task in try (0..<5).map { snapshot(try hours($0, $0 + 1), task: task, rows: $0) } }
                    + [snapshot(nil, task: "b", source: .all)]))
    }

    /// What may happen to a catalog, and how many series are to be read again then.
    private static let changes: [(what: String, series: Int, change: @Sendable (SnapshotCatalog) throws -> Void)] = [
        ("nothing", 0, { _ in }),
        ("a window is published", 1, { try $0.apply(change([snapshot(try hours(7, 8), task: "b")])) }),
        ("a window is taken again", 1, { try $0.apply(change([snapshot(try hours(1, 2), task: "b", kept: 3)])) }),
        ("a task is new", 1, { try $0.apply(change([snapshot(try hours(0, 1), task: "new")])) }),
        ("a capture is taken", 1, { try $0.apply(change([snapshot(nil, task: "c", source: .increments)])) }),
        (
            "a manifest is gone", 1,
            { catalog in
                var gone = IndexChange()
                gone.removedPaths = [snapshot(try hours(2, 3), task: "b").path]
                try catalog.apply(gone)
            }
        ),
        (
            "a folder is gone", 0,
            { catalog in
                var gone = IndexChange()
                gone.removedFolders = [folder]
                try catalog.apply(gone)
            }
        ),
        (
            "a folder is indexed again", 1,
            { catalog in
                let record = snapshot(try hours(9, 10), task: "b")
                try catalog.replace([FolderContent(path: folder, modified: 1, snapshots: [record])])
            }
        ),
        (
            "a snapshot is damaged", 1,
            { catalog in
                let record = snapshot(try hours(3, 4), task: "b")
                try catalog.record([
                    DamageRecord(
                        path: record.path, task: "b", source: .storageTime, window: record.window,
                        archiveSHA256: record.archiveSHA256, code: "member-corrupt", foundAt: testNow)
                ])
            }
        ),
        (
            "the index is made anew", 1,
            { catalog in
                let record = snapshot(try hours(9, 10), task: "b")
                try catalog.rebuild { try $0(FolderContent(path: folder, modified: 1, snapshots: [record])) }
            }
        ),
        (
            "a run and a count are written down", 0,
            { catalog in
                try catalog.record(RunRecord(job: "j", scheduledAt: testNow, startedAt: testNow))
                try catalog.record([
                    RecheckRecord(
                        task: "b", source: .storageTime, host: "h", range: try hours(0, 1), countedAt: testNow,
                        total: 1)
                ])
            }
        ),
    ]

    @Test(arguments: Sampling.quick(4, of: changes.indices)) func onlyWhatWasWrittenToIsReadAgain(index: Int) throws {
        let (what, series, change) = Self.changes[index]
        let scratch = try Scratch()
        let catalog = try scratch.open()
        try Self.filled(catalog)
        let reader = try SnapshotCatalog.openReader(path: scratch.file)
        let memory = StatusMemory()
        _ = try reader.status(remembering: memory)
        #expect(memory.readings == 5)
        try change(catalog)
        #expect(try reader.status(remembering: memory) == catalog.status(), "\(what)")
        #expect(memory.readings == 5 + series, "\(what)")
        #expect(try reader.status(remembering: memory) == catalog.status(), "\(what)")
        #expect(memory.readings == 5 + series, "\(what)")
    }

    @Test func damageThatIsHealedIsReadAgain() throws {
        let catalog = try SnapshotCatalog.inMemory(now: testNow)
        try Self.filled(catalog)
        let memory = StatusMemory()
        let record = snapshot(try hours(3, 4), task: "b")
        try catalog.record([
            DamageRecord(
                path: record.path, task: "b", source: .storageTime, window: record.window,
                archiveSHA256: record.archiveSHA256, code: "member-corrupt", foundAt: testNow)
        ])
        #expect(try catalog.status(tasks: ["b"], remembering: memory).contains { !$0.damaged.isEmpty })
        try catalog.forgetDamage(of: [record.path])
        #expect(try catalog.status(tasks: ["b"], remembering: memory) == catalog.status(tasks: ["b"]))
    }

    @Test func anotherClockJudgesAnew() throws {
        let catalog = try SnapshotCatalog.inMemory(now: testNow)
        let window = try hours(0, 1)
        let end = Date(timeIntervalSince1970: Double(window.to.seconds - 62_135_596_800))
        try catalog.apply(change([snapshot(window, capturedAt: end.addingTimeInterval(900))]))
        let memory = StatusMemory()
        for (zone, settle, isCovered) in [("UTC", 900, true), ("UTC", 901, false), ("Asia/Tokyo", 900, true)] {
            let table = ClosingTable(
                clock: try StorageClock(zoneNamed: zone), settle: Seconds(settle), instants: end...testNow)
            let status = try catalog.status(closing: table, remembering: memory)[0]
            #expect(status.covered.contains(window) == isCovered, "\(zone) \(settle)")
        }
    }

    @Test(arguments: Sampling.some(5, of: 0..<10)) func randomHistoriesAreToldAsIfReadAnew(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let catalog = try SnapshotCatalog.inMemory(now: testNow)
        let memory = StatusMemory()
        for step in 0..<40 {
            let from = Int.random(in: 0..<72, using: &random)
            let task = Self.tasks.randomElement(using: &random) ?? "a"
            let record = snapshot(
                try hours(from, from + 1), task: task, state: .allCases.randomElement(using: &random) ?? .sealed,
                rows: .random(in: 0..<9, using: &random))
            var edit = IndexChange()
            switch Int.random(in: 0..<6, using: &random) {
            case 0: edit.removedPaths = [record.path]
            case 1: edit.removedFolders = [record.path.split(separator: "/").dropLast().joined(separator: "/")]
            default: edit.written = [record]
            }
            try catalog.apply(edit)
            for task in [nil, [task]] {
                #expect(
                    try catalog.status(tasks: task, remembering: memory) == catalog.status(tasks: task),
                    "seed \(seed), step \(step)")
                #expect(
                    try catalog.snapshotCount(tasks: task) == catalog.snapshots(tasks: task).count,
                    "seed \(seed), step \(step)")
            }
            let ages = try [nil, memory].map {
                try catalog.oldestAgeWithRows(of: task, source: .storageTime, host: "h", remembering: $0)
            }
            #expect(ages[0] == ages[1], "seed \(seed), step \(step)")
        }
    }
}
