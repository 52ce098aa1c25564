import Archive
import Catalog
import Foundation
import Records
import StorageTime
import TestSupport
import Testing
import Vault

@Suite struct LockedTaskCoverageTests {
    @Test func everyStateCoversAndIsNamed() async throws {
        let fixture = try Fixture()
        let locked = try await fixture.vault.lock(TaskID(weather), wait: .no)
        try locked.publish(window(0, 1))
        try locked.publish(window(1, 2), rows: 0, state: .empty)
        try locked.publish(window(3, 4), rows: 0, state: .unproven)
        try locked.publish(window(4, 5), rows: 7, state: .pruned)
        let coverage = try locked.coverage()
        #expect(coverage.covered.windows == [try window(0, 2), try window(3, 5)])
        for (state, hour) in [(SnapshotState.sealed, 0), (.empty, 1), (.unproven, 3), (.pruned, 4)] {
            #expect(coverage.runs(of: state).windows == [try window(hour, hour + 1)])
        }
        #expect(coverage.gaps(in: try window(0, 7)) == [try window(2, 3), try window(5, 7)])
        #expect(coverage.retakes(in: try window(0, 7)).isEmpty)
    }

    @Test func whatIsNotClosedIsNoGap() async throws {
        let fixture = try Fixture()
        let locked = try await fixture.vault.lock(TaskID(weather), wait: .no)
        let now = try end(ofHour: 4)
        func coverage(_ zone: String) throws -> Coverage {
            try locked.coverage(
                host: "h", clock: StorageClock(zoneNamed: zone), settle: Seconds(3600), now: now)
        }
        #expect(try coverage("UTC").gaps(in: window(0, 9)) == [window(0, 4)])
        #expect(try coverage("UTC").open(in: window(0, 9)) == window(4, 9))
        #expect(try coverage("UTC").gaps(in: window(5, 9)).isEmpty)
        #expect(try coverage("Asia/Tokyo").gaps(in: window(0, 24)) == [window(0, 13)])
        #expect(try coverage("America/New_York").gaps(in: window(0, 24)).isEmpty)
    }

    @Test func aZoneCorrectedLaterHealsWhatWasTakenTooEarly() async throws {
        var fixture = try Fixture()
        let locked = try await fixture.vault.lock(TaskID(weather), wait: .no)
        // Taken when the hours were closed in Tokyo: nine hours too early, if the server lives in UTC.
        for hour in 0..<3 {
            let taken = try end(ofHour: hour).addingTimeInterval(900 - 9 * 3600)
            try locked.publish(
                window(hour, hour + 1), rows: hour, state: hour == 0 ? .empty : .sealed, capturedAt: taken)
        }
        locked.release()
        #expect(try await fixture.coverage(zone: "Asia/Tokyo").covered.windows == [window(0, 3)])
        let coverage = try await fixture.coverage(zone: "UTC")
        #expect(coverage.covered.isEmpty)
        #expect(coverage.premature.map(\.window) == [try window(0, 1), try window(1, 2), try window(2, 3)])
        #expect(coverage.retakes(in: try window(1, 9)) == [try window(1, 2), try window(2, 3)])
        #expect(coverage.gaps(in: try window(0, 4)) == [try window(3, 4)])
        let status = try #require(try fixture.status().first)
        #expect(status.premature == [try window(0, 3)])
        #expect(status.from == nil && status.rows == 3)
        try await fixture.seal([0, 1, 2])
        fixture.vault = try fixture.open()
        #expect(try await fixture.coverage(zone: "UTC").covered.windows == [window(0, 3)])
    }

    @Test func anotherHostsSnapshotsAreNoCoverage() async throws {
        let fixture = try Fixture()
        try await fixture.seal([0])
        let locked = try await fixture.vault.lock(TaskID(weather), wait: .no)
        let error = #expect(throws: VaultError.self) { try locked.coverage(host: "dataapi.bazhuayu.com") }
        #expect(error?.code == .otherHost)
        #expect(error?.message.contains("h, and the account's host is dataapi.bazhuayu.com") == true)
    }

    @Test func overlappingManifestsAreDamage() async throws {
        let fixture = try Fixture()
        try await fixture.seal([0, 1])
        // Such as two machines that wrote to copies of one vault, put together later.
        let other = try Fixture()
        try await other.vault.lock(TaskID(weather), wait: .no).publish(window(1, 3))
        let from = "\(other.path)/vault_source=storage-time/vault_task=weather/vault_date=2026-11-01"
        let to = "\(fixture.path)/vault_source=storage-time/vault_task=weather/vault_date=2026-11-01"
        for name in try FileManager.default.contentsOfDirectory(atPath: from) {
            try FileManager.default.copyItem(atPath: "\(from)/\(name)", toPath: "\(to)/\(name)")
        }
        let locked = try await fixture.vault.lock(TaskID(weather), wait: .no)
        let error = #expect(throws: VaultError.self) { try locked.coverage() }
        #expect(error?.code == .overlap)
        #expect(try await fixture.vault.verify().damaged.map(\.code) == [.overlap])
    }

    @Test func whatOthersDidToTheFolderIsSeenWhenTheTaskIsTaken() async throws {
        let fixture = try Fixture()
        try await fixture.seal([0, 1, 30])
        try FileManager.default.removeItem(atPath: fixture.file(".manifest.json", hour: 1))
        #expect(try await fixture.coverage().covered.windows == [window(0, 1), window(30, 31)])
        let day = "\(fixture.path)/vault_source=storage-time/vault_task=weather/vault_date=2026-11-02"
        try FileManager.default.removeItem(atPath: day)
        #expect(try await fixture.coverage().covered.windows == [window(0, 1)])
        try FileManager.default.removeItem(atPath: "\(fixture.path)/vault_source=storage-time")
        #expect(try await fixture.coverage().covered.isEmpty)
        #expect(try fixture.vault.catalog.snapshots().isEmpty)
    }

    @Test func refreshingNeedsNoLockHeldByOthers() async throws {
        let fixture = try Fixture()
        try await fixture.seal([0, 1])
        try await fixture.seal([0], task: "held")
        let held = try await fixture.vault.lock(TaskID("held"), wait: .no)
        try FileManager.default.removeItem(
            atPath: "\(fixture.path)/vault_source=storage-time/vault_task=weather/vault_date=2026-11-01")
        try fixture.vault.refresh()
        #expect(try fixture.status().map(\.task) == ["held"])
        held.release()
    }

    @Test func aDamagedManifestIsTakenAgainAsItsOwnWindowAndKeptAside() async throws {
        let fixture = try Fixture()
        try await fixture.seal([0, 1, 2])
        let path = try fixture.file(".manifest.json", hour: 1)
        var bytes = try fixture.read(path)
        bytes[40] ^= 1
        try fixture.write(bytes, to: path)
        // An edit in place leaves the folder as it was; the next write to it does not.
        try await fixture.seal([5])
        try fixture.write([], to: "\(path).touched")
        try FileManager.default.removeItem(atPath: "\(path).touched")
        let locked = try await fixture.vault.lock(TaskID(weather), wait: .no)
        #expect(locked.damages.map(\.code) == [.manifestSHA256])
        let coverage = try locked.coverage()
        #expect(coverage.covered.windows == [try window(0, 1), try window(2, 3), try window(5, 6)])
        #expect(coverage.damaged == [try window(1, 2)])
        #expect(coverage.gaps(in: try window(0, 6)) == [try window(3, 5)])
        #expect(coverage.retakes(in: try window(0, 6)) == [try window(1, 2)])
        #expect(try locked.manifest(at: locked.address(of: window(1, 2))) == nil)
        try locked.publish(window(1, 2), rows: 9)
        locked.release()
        #expect(try await fixture.coverage().covered.windows == [window(0, 3), window(5, 6)])
        let report = try await fixture.vault.verify()
        #expect(report.damaged.isEmpty)
        #expect(report.lostAndFound.count == 2)
    }

    @Test func aManifestOfANewerFormatKeepsWritersAway() async throws {
        let fixture = try Fixture()
        try await fixture.seal([0, 1])
        let path = try fixture.file(".manifest.json", hour: 1)
        let text = String(decoding: try fixture.read(path), as: UTF8.self)
        try fixture.write(Array(text.replacingOccurrences(of: #"{"format":1"#, with: #"{"format":2"#).utf8), to: path)
        try fixture.write([], to: "\(path).touched")
        let error = await #expect(throws: VaultError.self) { try await fixture.vault.lock(TaskID(weather), wait: .no) }
        #expect(error?.code == .newerFormat)
        #expect(try await fixture.vault.verify().damaged.map(\.code).contains(.newerFormat))
    }

    @Test func aFolderIsReadAgainAsLongAsADraftInItIsOpen() async throws {
        let fixture = try Fixture()
        let locked = try await fixture.vault.lock(TaskID(weather), wait: .no)
        let open = try locked.beginDraft(at: locked.address(of: window(0, 1)))
        try open.append(MemberEncoder().encode(Fixture.rows(1, window(0, 1), 1)))
        try locked.publish(window(1, 2))
        locked.release()
        // The draft's process is as good as dead: what it left goes when the task is taken next.
        #expect(fixture.folder.allFiles().contains { $0.hasSuffix(".partial") })
        #expect(try await fixture.coverage().covered.windows == [window(1, 2)])
        #expect(!fixture.folder.allFiles().contains { $0.hasSuffix(".partial") })
    }

    @Test func anArchiveWhoseManifestIsGoneIsSetAsideForItsWindow() async throws {
        let fixture = try Fixture()
        try await fixture.seal([0, 1])
        try FileManager.default.removeItem(atPath: fixture.file(".manifest.json", hour: 1))
        let locked = try await fixture.vault.lock(TaskID(weather), wait: .no)
        #expect(locked.notices.map(\.code) == [.movedToLostAndFound])
        #expect(try locked.coverage().damaged == [window(1, 2)])
        locked.release()
        #expect(try await fixture.vault.verify().damaged.map(\.code) == [.quarantined])
    }

    @Test func anArchiveThatNoManifestEverNamedIsKeptInLostAndFound() async throws {
        let fixture = try Fixture()
        try await fixture.seal([0])
        let path = try fixture.file(".gz")
        try FileManager.default.copyItem(
            atPath: path,
            toPath: path.replacingOccurrences(of: "T000000_20261101T010000", with: "T010000_20261101T020000"))
        let locked = try await fixture.vault.lock(TaskID(weather), wait: .no)
        #expect(locked.notices.map(\.code) == [.movedToLostAndFound])
        locked.release()
        let report = try await fixture.vault.verify()
        #expect(report.lostAndFound.count == 1)
        #expect(report.damaged.isEmpty)
    }
}
