import Archive
import Catalog
import Foundation
import Records
import StorageTime
import TestSupport
import Testing
import Vault

@Suite struct PruneTests {
    private static let tenHours = KeepPolicy([.init(within: Seconds(10 * 3600))])

    @Test func windowsPastTheRuleKeepTheirFactsAndLoseTheirRows() async throws {
        let fixture = try Fixture()
        try await fixture.sealDay(24)
        try fixture.countEach(0..<24)
        let before = try await fixture.coverage()
        let report = try await fixture.prune(Self.tenHours)
        #expect(report.removed.map(\.window) == [try window(0, 14)])
        #expect(report.removedSnapshots == 14 && report.removedRows == 42 && report.kept == 10)
        #expect(report.refused.isEmpty && report.leftovers.isEmpty)
        let after = try await fixture.coverage()
        #expect(after.covered == before.covered)
        #expect(try after.gaps(in: window(0, 24)).isEmpty)
        #expect(after.windows.map(\.state) == (0..<24).map { $0 < 14 ? .pruned : .sealed })
        #expect(after.windows.map(\.facts.rowsDigest) == before.windows.map(\.facts.rowsDigest))
        let status = try #require(try fixture.status().first)
        #expect(status.pruned == [try window(0, 14)] && status.gaps.isEmpty && status.rows == 30)
        #expect(fixture.files().filter { $0.hasSuffix(".gz") }.count == 10)
        #expect(try await fixture.codes() == [])
        #expect(try await fixture.prune(Self.tenHours).removed.isEmpty, "again is a no-op")
        let snapshots = try fixture.vault.catalog.snapshots()
        _ = try fixture.vault.rebuildCatalog()
        #expect(try fixture.vault.catalog.snapshots() == snapshots)
    }

    @Test func whatTheCloudMayNotHaveAnyMoreStaysUnlessTold() async throws {
        let fixture = try Fixture()
        let locked = try await fixture.vault.lock(TaskID(weather), wait: .no)
        try locked.publish(window(0, 1), kept: 1)
        try locked.publish(window(1, 2), state: .unproven)
        try locked.publish(window(2, 3))
        try locked.publish(window(3, 4))
        try locked.publish(window(30, 31))
        locked.release()
        try fixture.count(window(0, 2))
        try fixture.count(window(3, 4))
        try fixture.count(window(2, 3), at: testNow.addingTimeInterval(-1))
        let rows = try fixture.rows()
        let plan = try await fixture.prune(Self.tenHours, isDryRun: true)
        #expect(plan.removed.map(\.window) == [try window(3, 4)])
        #expect(plan.refused.map(\.refusal) == [.kept, .unproven, .notCountedAgain])
        #expect(try fixture.rows() == rows)
        let report = try await fixture.prune(Self.tenHours)
        #expect(report.removed == plan.removed && report.refused == plan.refused)
        #expect(try fixture.rows().filter { !$0.value.isEmpty }.count == 4)
        let told = try await fixture.prune(Self.tenHours, includingIrreplaceable: true)
        #expect(told.removedSnapshots == 3 && told.refused.isEmpty)
        #expect(try fixture.rows().filter { !$0.value.isEmpty }.count == 1)
        #expect(try fixture.status().first?.kept == 0)
        #expect(try await fixture.codes() == [])
    }

    /// Counts one after the other, and which of the windows counted are not told apart by them.
    private static let toldApart: [(counts: [Range<Int>], owing: [Int])] = [
        ([0..<2], [0, 1]), ([0..<2, 0..<1], []), ([0..<2, 1..<2], []), ([0..<3, 0..<2], [0, 1]),
        ([0..<3, 1..<3, 1..<2], []), ([0..<1, 0..<2], [1]), ([1..<3, 0..<1], [1, 2]), ([0..<2, 1..<3], [2]),
    ]

    /// One row come to one window and one gone from the other cancel out in a count over both.
    @Test(arguments: Sampling.quick(2, of: toldApart))
    func aWindowIsCountedAgainOnlyWhereTheCountTellsItApart(counts: [Range<Int>], owing: [Int]) async throws {
        let fixture = try Fixture()
        try await fixture.sealDay(3)
        try await fixture.seal([40])
        for (index, hours) in counts.enumerated() {
            let at = testNow.addingTimeInterval(Double(index + 1) * 3600)
            try fixture.count(window(hours.lowerBound, hours.upperBound), at: at)
        }
        let refused = try await fixture.prune(Self.tenHours, isDryRun: true).refused
        let never = (0..<3).filter { hour in !counts.contains { $0.contains(hour) } }
        let left = Set(
            try (0..<3).filter { hour in
                let own = try window(hour, hour + 1)
                return refused.contains { $0.window?.overlaps(own) ?? false }
            })
        #expect(left == Set(owing + never), "\(refused)")
        #expect(refused.allSatisfy { $0.refusal == .notCountedAgain })
        // What a compacted day takes over of the history is no more than that.
        _ = try await fixture.compact()
        var reopened = fixture
        fixture.vault.close()
        for name in ["", "-wal", "-shm"] {
            try? FileManager.default.removeItem(atPath: "\(fixture.path)/catalog.sqlite\(name)")
        }
        reopened.vault = try fixture.open()
        let after = try await reopened.prune(Self.tenHours, isDryRun: true)
        #expect(after.refused.isEmpty == left.isEmpty, "\(after.refused)")
    }

    /// A count is void once a window in it was taken again: its total was another, and may have made up for something.
    @Test func aCountIsVoidOnceAWindowInItWasTakenAgain() async throws {
        let fixture = try Fixture()
        try await fixture.sealDay(3)
        try await fixture.seal([40])
        try fixture.count(window(0, 2))
        try fixture.count(window(0, 1))
        let locked = try await fixture.vault.lock(TaskID(weather), wait: .no)
        try locked.publish(window(1, 2), rows: 5, capturedAt: testNow.addingTimeInterval(7200))
        locked.release()
        let refused = try await fixture.prune(Self.tenHours, isDryRun: true).refused
        // The first was counted alone as well.
        #expect(refused.map(\.window) == [try window(1, 3)])
    }

    @Test func rowsInAnEarlierFormAreIrreplaceable() async throws {
        let fixture = try Fixture()
        try await fixture.supersede(window(0, 1))
        try await fixture.seal([30])
        try fixture.count(window(0, 1))
        #expect(try await fixture.prune(Self.tenHours).refused.map(\.refusal) == [.superseded])
        #expect(try await fixture.prune(Self.tenHours, includingIrreplaceable: true).removedSnapshots == 1)
        #expect(fixture.files().count == 3, "a window's manifest, and the other window")
        #expect(try await fixture.codes() == [])
    }

    @Test func aCompactedDayGoesWholeOnceAllOfItIsPast() async throws {
        let fixture = try Fixture()
        try await fixture.sealDay(24)
        _ = try await fixture.compact()
        try await fixture.seal([30])
        try fixture.countEach(0..<24)
        let policy = KeepPolicy([.init(within: Seconds(8 * 3600))])
        #expect(try await fixture.prune(policy).removed.isEmpty)
        #expect(try await fixture.prune(KeepPolicy([.init(within: Seconds(7 * 3600))])).removedRows == 72)
        let coverage = try await fixture.coverage()
        #expect(coverage.windows.map(\.state) == Array(repeating: .pruned, count: 24) + [.sealed])
        #expect(try coverage.windows.map(\.window).prefix(24) == (0..<24).map { try window($0, $0 + 1) }[...])
        #expect(fixture.files().count == 3)
        #expect(try await fixture.codes() == [])
    }

    @Test func compactingKeepsWhenAWindowWasLastCounted() async throws {
        let fixture = try Fixture()
        try await fixture.sealDay(24)
        try fixture.countEach(0..<24)
        _ = try await fixture.compact()
        for name in ["", "-wal", "-shm"] {
            try? FileManager.default.removeItem(atPath: "\(fixture.path)/catalog.sqlite\(name)")
        }
        var reopened = fixture
        reopened.vault = try fixture.open()
        try await reopened.seal([40])
        #expect(try await reopened.prune(Self.tenHours).removedRows == 72)
    }

    @Test func prunedWindowsAreMergedAmongThemselves() async throws {
        let fixture = try Fixture()
        try await fixture.sealDay(24)
        try fixture.countEach(0..<24)
        _ = try await fixture.prune(Self.tenHours)
        let facts = try await fixture.coverage().windows.map(\.window)
        #expect(try await fixture.compact().snapshots == 2)
        #expect(fixture.files().count == 3)
        let coverage = try await fixture.coverage()
        #expect(coverage.windows.map(\.window) == facts)
        #expect(coverage.windows.map(\.state) == (0..<24).map { $0 < 14 ? .pruned : .sealed })
        #expect(try await fixture.codes() == [])
    }

    /// Each step fails in turn, and all that follow: what the next start finds is whole, and covered as before.
    @Test(
        .fewAtATime, arguments: Sampling.quick(1, of: [FaultyFiles.Fault.refused, .doneButReported, .half]),
        [RowSource.storageTime, .all])
    func aCrashAtAnyStepLeavesWholeSnapshots(fault: FaultyFiles.Fault, source: RowSource) async throws {
        let stride = Sampling.stride(11)
        var step = fault.firstStep(stride)
        var isDone = false
        while !isDone {
            var fixture = try Fixture(disk: CoarseTimeFiles())
            if source == .storageTime {
                try await fixture.seal([0, 1, 30])
                try fixture.countEach(0..<2)
            } else {
                try await fixture.capture([2, 3, 4])
            }
            let covered = try await fixture.coverage().covered
            let faulty = FaultyFiles(fixture.disk, failing: step, fault: fault, diesThen: true)
            let policy = source == .all ? KeepPolicy([.init(last: 1)]) : Self.tenHours
            if let vault = try? fixture.open(files: faulty) {
                fixture.vault = vault
                if (try? await fixture.prune(policy, source: source)) != nil { isDone = faulty.steps <= step }
            }
            let offline = try await fixture.open(.offline).verify()
            #expect(offline.damaged.isEmpty, "step \(step): \(offline.damaged)\n\(faulty.log)")
            fixture.vault = try fixture.open()
            #expect(try await fixture.coverage().covered == covered, "step \(step), \(faulty.log)")
            #expect(try await fixture.codes() == [], "step \(step), \(faulty.log)")
            #expect(!fixture.folder.allFiles().contains { $0.contains("lost+found/") }, "step \(step), \(faulty.log)")
            _ = try await fixture.prune(policy, source: source)
            #expect(fixture.files().count == (source == .all ? 2 : 4), "step \(step), \(faulty.log)")
            #expect(try await fixture.codes() == [], "step \(step), \(faulty.log)")
            step += stride
        }
        #expect(step > 8)
    }

    @Test func aCaptureWhoseRowsTheNewestHoldsGoesWhole() async throws {
        let fixture = try Fixture()
        try await fixture.capture([3, 5, 4, 6])
        let report = try await fixture.prune(KeepPolicy([.init(last: 2)]), source: .all)
        #expect(report.removed.map(\.rows) == [3, 5] && report.kept == 2)
        #expect(try fixture.vault.catalog.snapshots().map(\.rows) == [4, 6])
        #expect(fixture.files().count == 4)
        #expect(try await fixture.codes() == [])
    }

    @Test func aCaptureThatHoldsMoreThanTheNewestStaysUnlessTold() async throws {
        let fixture = try Fixture()
        try await fixture.capture([3, 5, 4])
        let policy = KeepPolicy([.init(last: 1)])
        let report = try await fixture.prune(policy, source: .all)
        #expect(report.removed.map(\.rows) == [3] && report.refused.map(\.refusal) == [.notInNewest])
        let told = try await fixture.prune(policy, source: .all, includingIrreplaceable: true)
        #expect(told.removed.map(\.rows) == [5])
        #expect(try fixture.vault.catalog.snapshots().map(\.rows) == [4], "the newest is never removed")
    }

    @Test func unexportedBatchesKeepTheirManifestsAndAreIrreplaceable() async throws {
        let fixture = try Fixture()
        try await fixture.capture([3, 3, 3], source: .unexported)
        let policy = KeepPolicy([.init(within: Seconds(1))])
        #expect(
            try await fixture.prune(policy, source: .unexported).refused.map(\.refusal) == [.unexported, .unexported])
        let told = try await fixture.prune(policy, source: .unexported, includingIrreplaceable: true)
        #expect(told.removedSnapshots == 2)
        #expect(try fixture.vault.catalog.snapshots().map(\.state) == [.pruned, .pruned, .sealed])
        #expect(try await fixture.codes() == [])
    }
}

extension Fixture {
    func prune(
        _ policy: KeepPolicy, source: RowSource = .storageTime, includingIrreplaceable: Bool = false,
        isDryRun: Bool = false
    ) async throws -> PruneReport {
        let locked = try await vault.lock(TaskID(weather), wait: .no)
        defer { locked.release() }
        return try locked.prune(
            Series(task: weather, source: source, host: "h"), policy, includingIrreplaceable: includingIrreplaceable,
            isDryRun: isDryRun)
    }

    /// Notes that the windows of a range were counted again, an hour after they were taken unless given.
    func count(_ range: Window, at instant: Date = testNow.addingTimeInterval(3600)) throws {
        try vault.catalog.record([
            RecheckRecord(
                task: weather, source: .storageTime, host: "h", range: range, countedAt: instant, total: 1)
        ])
    }

    /// Notes that each hour was counted again alone.
    func countEach(_ hours: Range<Int>) throws {
        for hour in hours { try count(window(hour, hour + 1)) }
    }

    /// Publishes captures of so many rows, an hour apart; a capture holds those of each smaller one.
    func capture(_ rows: [Int], source: RowSource = .all) async throws {
        let locked = try await vault.lock(TaskID(weather), wait: .no)
        defer { locked.release() }
        for (index, rows) in rows.enumerated() {
            try locked.capture(source, rows: rows, at: testNow.addingTimeInterval(Double(index - 100) * 3600))
        }
    }
}
