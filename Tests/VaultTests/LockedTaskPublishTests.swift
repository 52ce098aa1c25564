import Archive
import Catalog
import Foundation
import Records
import StorageTime
import TestSupport
import Testing
import Vault

@Suite struct LockedTaskPublishTests {
    @Test func aPublishedWindowIsIndexedAtOnce() async throws {
        let fixture = try Fixture()
        let locked = try await fixture.vault.lock(TaskID(weather), wait: .no)
        let manifest = try locked.publish(window(0, 1), rows: 4)
        #expect(try locked.coverage().covered.windows == [window(0, 1)])
        #expect(try fixture.vault.catalog.snapshots().map(\.rows) == [4])
        #expect(try locked.manifest(at: locked.address(of: window(0, 1))) == manifest)
        #expect(try locked.manifest(at: locked.address(of: window(1, 2))) == nil)
    }

    @Test func aRevisionTakesThePlaceOfTheOneBefore() async throws {
        let fixture = try Fixture()
        try await fixture.seal([0], rows: 2)
        try await fixture.seal([0], rows: 5)
        let snapshots = try fixture.vault.catalog.snapshots()
        #expect(snapshots.map(\.revision) == [2])
        #expect(snapshots.map(\.rows) == [5])
        #expect(fixture.folder.allFiles().filter { $0.hasSuffix(".gz") }.count == 1)
        #expect(try await fixture.vault.verify().damaged.isEmpty)
    }

    @Test func capturesOfOneSecondLieSideBySide() async throws {
        let fixture = try Fixture()
        let locked = try await fixture.vault.lock(TaskID(weather), wait: .no)
        for rows in 1...3 { try locked.capture(.unexported, rows: rows) }
        try locked.capture(.all, rows: 9)
        #expect(try fixture.vault.catalog.snapshots(source: .unexported).map(\.rows) == [1, 2, 3])
        #expect(try locked.coverage().covered.isEmpty)
        #expect(try await fixture.vault.verify().snapshots == 4)
    }

    @Test func aWindowThatOverlapsAnotherIsNotPublished() async throws {
        let fixture = try Fixture()
        try await fixture.seal([1])
        let before = fixture.folder.allFiles()
        let locked = try await fixture.vault.lock(TaskID(weather), wait: .no)
        for (from, to) in [(0, 2), (1, 3), (0, 24)] {
            let error = #expect(throws: VaultError.self) { try locked.publish(window(from, to)) }
            #expect(error?.code == .overlap)
        }
        try locked.publish(window(2, 3))
        #expect(fixture.folder.allFiles().count == before.count + 2)
    }

    @Test func aSnapshotOfAnotherTaskIsRefused() async throws {
        let fixture = try Fixture()
        let locked = try await fixture.vault.lock(TaskID(weather), wait: .no)
        let other = try await fixture.vault.lock(TaskID("other"), wait: .no)
        let manifest = try other.publish(window(0, 1), rows: 0, state: .empty)
        let error = #expect(throws: VaultError.self) {
            try locked.publish(manifest, at: other.address(of: window(0, 1)))
        }
        #expect(error?.code == .inconsistent)
    }

    @Test func aCompactedDayTakesThePlaceOfItsWindows() async throws {
        let fixture = try Fixture()
        try await fixture.seal([0, 1, 2])
        let locked = try await fixture.vault.lock(TaskID(weather), wait: .no)
        let before = try locked.coverage().covered
        var manifests: [Manifest] = []
        for hour in 0..<3 {
            let manifest = try locked.manifest(at: locked.address(of: window(hour, hour + 1)))
            manifests.append(try #require(manifest))
        }
        let address = locked.address(of: try window(0, 3))
        let draft = try locked.beginDraft(at: address)
        var parts: [Manifest.Part] = []
        for manifest in manifests {
            let path = fixture.vault.layout.path(address.folder)
            let reader = try #require(try ArchiveReader.open(manifest, folder: path))
            parts.append(try #require(Manifest.Part(manifest, firstMember: parts.count)))
            let decoder = try MemberDecoder()
            try draft.append(MemberEncoder().encode(reader.rows(inMember: 0, decoder)))
        }
        let compacted = Manifest(
            tool: "test 1", state: .sealed, source: .storageTime, host: "h", task: locked.task, taskName: "Weather",
            window: try window(0, 3), timeZone: "UTC", convention: .closed, proof: .oneAnswer, capturedAt: testNow,
            total: 9, rows: 9, columns: draft.columns, rowsDigest: draft.digest, archive: try draft.finish(),
            replaces: manifests.compactMap { $0.window.map { SnapshotName.window($0).manifestName } }, parts: parts)
        try locked.publish(compacted, draft: draft, at: address)
        #expect(try locked.coverage().covered == before)
        #expect(try locked.coverage().windows.map(\.part) == [0, 1, 2])
        #expect(fixture.folder.allFiles().filter { $0.hasSuffix(".gz") || $0.hasSuffix(".manifest.json") }.count == 2)
        #expect(try fixture.status().map(\.rows) == [9])
        #expect(try await fixture.vault.verify().damaged.isEmpty)
        let snapshots = try fixture.vault.catalog.snapshots()
        _ = try fixture.vault.rebuildCatalog()
        #expect(try fixture.vault.catalog.snapshots() == snapshots)
    }

    /// Each step of taking a window anew fails in turn, and with it all that follow, as if the process had ended there.
    @Test(arguments: [FaultyFiles.Fault.refused, .doneButReported])
    func aFailureAtAnyStepLeavesTheWindowWholeAndTheVaultSound(fault: FaultyFiles.Fault) async throws {
        var step = 0
        var isDone = false
        while !isDone {
            var fixture = try Fixture()
            try await fixture.seal([0], rows: 2)
            let faulty = FaultyFiles(fixture.disk, failing: step, fault: fault, diesThen: true)
            do {
                let vault = try fixture.open(files: faulty)
                let locked = try await vault.lock(TaskID(weather), wait: .no)
                try locked.publish(window(0, 1), rows: 5)
                try locked.publish(window(1, 2), rows: 5)
                isDone = faulty.steps <= step
            } catch {
                let code = (error as? VaultError)?.code.rawValue ?? (error as? ArchiveError)?.code.rawValue
                #expect(code == "cannot-write", "step \(step), \(faulty.log)")
            }
            fixture.vault = try fixture.open()
            let snapshots = try await taken(fixture)
            #expect([[2], [5], [5, 5]].contains(snapshots), "step \(step), \(faulty.log)")
            let report = try await fixture.vault.verify()
            #expect(report.damaged.isEmpty, "step \(step), \(faulty.log)")
            #expect(!fixture.folder.allFiles().contains { $0.hasSuffix(".partial") }, "step \(step), \(faulty.log)")
            step += Sampling.stride(5)
        }
        #expect(step > 20)
    }

    /// One step fails and the task is published to again: a window whose manifest is there is found the next time,
    /// though its publish said that it failed.
    @Test(arguments: FaultyFiles.Fault.played)
    func aFailureThatIsFollowedByAnotherPublishHidesNoWindow(fault: FaultyFiles.Fault) async throws {
        var step = 0
        while true {
            var fixture = try Fixture(disk: CoarseTimeFiles())
            try await fixture.seal([5])
            let counting = FaultyFiles(fixture.disk, failing: nil)
            try await fixture.open(files: counting).lock(TaskID(weather), wait: .no).release()
            let faulty = FaultyFiles(fixture.disk, failing: counting.steps + step, fault: fault)
            let locked = try await fixture.open(files: faulty).lock(TaskID(weather), wait: .no)
            _ = try? locked.publish(window(0, 1), rows: 2)
            if faulty.steps <= counting.steps + step { break }
            try locked.publish(window(2, 3), rows: 4)
            locked.release()
            fixture.vault = try fixture.open()
            let found = try await taken(fixture)
            let manifests = fixture.folder.allFiles().count { $0.hasSuffix(".manifest.json") }
            #expect(found.count == manifests, "step \(step), \(faulty.log)")
            step += Sampling.stride(5)
        }
        #expect(step > 8)
    }

    /// The rows of each window once the task was taken again, which sweeps and indexes.
    private func taken(_ fixture: Fixture) async throws -> [Int] {
        try await fixture.coverage().windows.map(\.facts.rows)
    }
}
