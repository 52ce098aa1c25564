import Archive
import Catalog
import Foundation
import Records
import StorageTime
import TestSupport
import Testing
import Vault

@Suite struct VaultRebuildTests {
    /// Windows, captures and revisions of several tasks at random, in several states: an index made from their
    /// manifests answers as the one that grew with them.
    @Test(arguments: Sampling.quick(1, of: 0..<6))
    func anIndexMadeFromManifestsGivesTheSameAnswers(seed: Int) async throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let fixture = try Fixture()
        for _ in 0..<6 {
            let locked = try await fixture.vault.lock(
                TaskID(["a", "b", "C d"].randomElement(using: &random) ?? ""), wait: .no)
            for _ in 0..<5 {
                let hour = Int.random(in: 0..<50, using: &random)
                let state = SnapshotState.allCases.randomElement(using: &random) ?? .sealed
                let rows = state == .sealed || state == .pruned ? Int.random(in: 1..<5, using: &random) : 0
                try locked.publish(
                    window(hour, hour + 1), rows: rows, state: state,
                    capturedAt: testNow.addingTimeInterval(Double(-hour)), kept: min(rows, hour % 2))
            }
            if Bool.random(using: &random) { try locked.capture(.all, rows: Int.random(in: 1..<5, using: &random)) }
        }
        let answers = try Answers(fixture.vault)
        let report = try fixture.vault.rebuildCatalog()
        #expect(report.snapshots == answers.snapshots.count, "seed \(seed)")
        #expect(report.damages.isEmpty, "seed \(seed)")
        #expect(try Answers(fixture.vault) == answers, "seed \(seed)")
        #expect(try Answers(fixture.open(.offline)) == answers, "seed \(seed)")
        #expect(try await fixture.vault.verify(options: deep()).damaged.isEmpty, "seed \(seed)")
    }

    private func deep() -> VerifyOptions {
        var options = VerifyOptions()
        options.isDeep = true
        return options
    }

    private struct Answers: Equatable {
        var status: [TaskStatus]
        var snapshots: [SnapshotRecord]
        var windows: [[WindowRecord]]

        init(_ vault: SnapshotVault) throws {
            status = try vault.status(clock: StorageClock(timeZone: .gmt), settle: Seconds(900), now: testNow)
            snapshots = try vault.catalog.snapshots()
            windows = try vault.catalog.series().map {
                try vault.catalog.windows(of: $0.task, source: $0.source, host: $0.host)
            }
        }
    }

    @Test func historiesOutliveARebuildOfASoundCatalog() async throws {
        let fixture = try Fixture()
        try await fixture.seal([0])
        try fixture.vault.catalog.record(RunRecord(job: "j", scheduledAt: testNow, startedAt: testNow))
        let report = try fixture.vault.rebuildCatalog()
        #expect(report.historySince == testNow)
        #expect(try fixture.vault.catalog.runs(limit: 5).count == 1)
    }

    @Test func damagedManifestsAreLeftOutAndNamed() async throws {
        let fixture = try Fixture()
        try await fixture.seal([0, 1])
        try fixture.write(Array("{}".utf8), to: fixture.file(".manifest.json", hour: 1))
        let report = try fixture.vault.rebuildCatalog()
        #expect(report.snapshots == 1)
        #expect(report.damages.map(\.code) == [.manifestUnreadable])
        #expect(try fixture.status().map(\.snapshots) == [1])
    }

    @Test func progressIsToldFolderByFolder() async throws {
        let fixture = try Fixture()
        try await fixture.seal([0, 1, 30, 60])
        var steps: [[Int]] = []
        _ = try fixture.vault.rebuildCatalog { steps.append([$0, $1]) }
        #expect(steps == [[1, 2], [2, 3], [3, 4]])
    }
}
