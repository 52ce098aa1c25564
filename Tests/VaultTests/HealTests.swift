import Archive
import Catalog
import Foundation
import Gzip
import Records
import StorageTime
import TestSupport
import Testing
import Vault

/// What this machine can put right by itself: nothing is asked of the API, and nothing is removed.
@Suite struct HealTests {
    /// Every regular file's content, catalog, locks and marker left out.
    private static func contents(_ fixture: Fixture) throws -> [[UInt8]] {
        try fixture.folder.allFiles().filter { $0.contains("vault_source") }
            .map { try fixture.read("\(fixture.folder.path)/\($0)") }
    }

    private static func heal(_ fixture: Fixture, deep: Bool = false) async throws -> (HealPlan, VerifyReport) {
        var options = VerifyOptions()
        options.isDeep = deep
        let plan = HealPlan(try await fixture.vault.verify(options: options))
        _ = try await fixture.vault.heal(plan)
        return (plan, try await fixture.vault.verify(options: options))
    }

    @Test func aSoundVaultHasNothingToHeal() async throws {
        let fixture = try Fixture()
        try await fixture.seal([0, 1])
        #expect(HealPlan(try await fixture.vault.verify()).steps.isEmpty)
    }

    /// A manifest and its archive are found wherever they went, as long as they are in a folder of the vault.
    @Test(arguments: [
        ("vault_date=2026-11-01", "vault_date=2026-11-09"), ("vault_date=2026-11-01", "vault_date=old"),
        ("../vault_task=weather", "../vault_task=other"), ("../vault_task=weather", "../vault_task=Weather"),
    ])
    func aRenamedFolderIsPutBack(from: String, to: String) async throws {
        let fixture = try Fixture()
        try await fixture.seal([0, 1])
        let (status, contents) = try (fixture.status(), Self.contents(fixture))
        let base = "\(fixture.path)/vault_source=storage-time/vault_task=weather"
        try FileManager.default.moveItem(
            at: URL(fileURLWithPath: "\(base)/\(from)").standardized,
            to: URL(fileURLWithPath: "\(base)/\(to)").standardized)
        let (plan, after) = try await Self.heal(fixture)
        #expect(Set(plan.steps.map(\.action)).isSuperset(of: [.putBack]))
        #expect(after.damaged.isEmpty, "\(after.damaged)")
        #expect(try fixture.status() == status)
        #expect(
            try Self.contents(fixture).sorted { $0.lexicographicallyPrecedes($1) }
                == contents.sorted { $0.lexicographicallyPrecedes($1) })
    }

    @Test func aManifestUnderAnotherWindowsNameIsPutBack() async throws {
        let fixture = try Fixture()
        try await fixture.seal([0, 1])
        let path = try fixture.file(".manifest.json")
        try FileManager.default.moveItem(
            atPath: path, toPath: path.replacingOccurrences(of: "T010000", with: "T020000"))
        let (_, after) = try await Self.heal(fixture)
        #expect(after.damaged.isEmpty, "\(after.damaged)")
        #expect(try fixture.status().map(\.rows) == [6])
    }

    @Test func aMisplacedCopyGoesToLostAndFound() async throws {
        let fixture = try Fixture()
        try await fixture.seal([0, 30])
        let path = try fixture.file(".manifest.json")
        try FileManager.default.copyItem(
            atPath: path, toPath: path.replacingOccurrences(of: "vault_date=2026-11-01", with: "vault_date=2026-11-02"))
        let (_, after) = try await Self.heal(fixture)
        #expect(after.damaged.isEmpty, "\(after.damaged)")
        #expect(after.lostAndFound.count == 1)
        #expect(try fixture.status().map(\.snapshots) == [2])
    }

    @Test(arguments: ["T050000_20261101T060000.r1", "backup"])
    func anArchiveThatNobodyNamesGoesToLostAndFound(name: String) async throws {
        let fixture = try Fixture()
        try await fixture.seal([0])
        let path = try fixture.file(".gz")
        let other = name.hasPrefix("T") ? "20261101\(name)" : name
        try FileManager.default.copyItem(
            atPath: path, toPath: "\(PathText.parent(of: path))/\(other).ndjson.gz")
        let (plan, after) = try await Self.heal(fixture)
        #expect(plan.steps.map(\.action) == [.moveAside])
        #expect(after.damaged.isEmpty && after.lostAndFound.count == 1)
    }

    @Test func whatIsDamagedIsSetAsideAndWhatReadsOfItIsWrittenBesideIt() async throws {
        let fixture = try Fixture()
        let locked = try await fixture.vault.lock(TaskID(weather), wait: .no)
        let manifest = try locked.publish(members: [2, 3, 4], window(0, 1))
        try locked.publish(window(1, 2))
        locked.release()
        let path = try fixture.file(".gz")
        var bytes = try fixture.read(path)
        let middle = try #require(manifest.archive?.members[1])
        bytes[middle.offset + middle.bytes / 2] ^= 1
        try fixture.write(bytes, to: path)
        let (plan, after) = try await Self.heal(fixture)
        #expect(plan.steps.map(\.action) == [.quarantined])
        #expect(plan.windows == [try TaskID(weather): [try window(0, 1)]])
        // It is still damage, and still missing, until it is taken again.
        #expect(after.damaged.map(\.code) == [.quarantined])
        #expect(try fixture.status().map(\.gaps) == [[window(0, 1)]])
        let saved = try #require(after.lostAndFound.first { $0.hasSuffix(".saved.ndjson.gz") })
        var text: [UInt8] = []
        var decoder = try GzipDecoder()
        try fixture.read("\(fixture.path)/\(saved)").withUnsafeBytes { try decoder.feed($0) { text += $0 } }
        try decoder.finish()
        #expect(text.filter { $0 == 0x0A }.count == 6)
        #expect(
            try fixture.read("\(fixture.path)/\(after.lostAndFound.first { $0.hasSuffix(".r1.ndjson.gz") } ?? "")")
                == bytes)
        // Healing again changes nothing; taking the window does.
        _ = try await Self.heal(fixture)
        #expect(try await fixture.vault.verify().damaged.map(\.code) == [.quarantined])
        try await fixture.seal([0], rows: 9)
        #expect(try await fixture.vault.verify().damaged.isEmpty)
        #expect(try fixture.status().map(\.gaps) == [[]])
    }

    @Test func aManifestThatIsGoneTakesNoRowWithIt() async throws {
        let fixture = try Fixture()
        try await fixture.seal([0, 1])
        try FileManager.default.removeItem(atPath: fixture.file(".manifest.json", hour: 1))
        let (_, after) = try await Self.heal(fixture)
        #expect(after.damaged.map(\.code) == [.quarantined])
        let locked = try await fixture.vault.lock(TaskID(weather), wait: .no)
        let salvage = try locked.salvage(at: locked.address(of: window(1, 2)))
        #expect(salvage?.rows == 3 && salvage?.isWhole == true)
        #expect(try locked.coverage().damaged == [window(1, 2)])
    }

    @Test func aDamagedCaptureIsSetAsideForGood() async throws {
        let fixture = try Fixture()
        let locked = try await fixture.vault.lock(TaskID(weather), wait: .no)
        try locked.capture(.all, rows: 3)
        locked.release()
        let archive = try #require(fixture.folder.allFiles().first { $0.hasSuffix(".gz") })
        try fixture.write([1, 2, 3], to: "\(fixture.folder.path)/\(archive)")
        let (plan, after) = try await Self.heal(fixture)
        #expect(plan.steps.map(\.action) == [.quarantined] && plan.windows.isEmpty)
        #expect(after.damaged.isEmpty && after.lostAndFound.count == 2)
    }

    @Test func aCatalogThatLiesIsMadeAgain() async throws {
        let fixture = try Fixture()
        try await fixture.seal([0, 1])
        var record = try #require(try fixture.vault.catalog.snapshots().first)
        record.total += 1
        var change = IndexChange()
        change.written = [record]
        try fixture.vault.catalog.apply(change)
        let (plan, after) = try await Self.heal(fixture)
        #expect(plan.steps.map(\.action) == [.rebuildCatalog])
        #expect(after.damaged.isEmpty)
    }

    @Test func whatOnlyAPersonCanTellIsLeftAlone() async throws {
        let fixture = try Fixture()
        try await fixture.seal([0])
        let path = try fixture.file(".manifest.json")
        let text = String(decoding: try fixture.read(path), as: UTF8.self)
        try fixture.write(Array(text.replacingOccurrences(of: #"{"format":1"#, with: #"{"format":2"#).utf8), to: path)
        let before = fixture.folder.allFiles().filter { $0.contains("vault_source") }
        let plan = HealPlan(try await fixture.vault.verify())
        #expect(plan.steps.contains { $0.action == .byHand })
        _ = try? await fixture.vault.heal(plan)
        #expect(fixture.folder.allFiles().filter { $0.contains("vault_source") } == before)
    }

    /// What stands where damaged snapshots are to be set aside, at each level of folders.
    @Test(
        arguments: Sampling.quick(
            1, of: ["", "/vault_source=storage-time", "/vault_task=weather", "/vault_date=2026-11-01"]),
        Sampling.quick(1, of: ["link", "dangling link", "file"]))
    func whatCannotBeSetAsideIsNamedAndTheRestIsHealed(level: String, what: String) async throws {
        var fixture = try Fixture()
        try await fixture.seal([0, 30])
        try await fixture.seal([0], task: "other")
        let archives = fixture.folder.allFiles().filter { $0.hasSuffix(".ndjson.gz") }.map {
            "\(fixture.folder.path)/\($0)"
        }
        #expect(archives.count == 3)
        for archive in archives { try fixture.write(fixture.read(archive) + [1], to: archive) }
        // A stray archive, which goes to lost+found as well.
        let stray =
            "\(fixture.path)/vault_source=storage-time/vault_task=weather/vault_date=2026-11-01/"
            + "20261101T050000_20261101T060000.r1.ndjson.gz"
        try fixture.write([1], to: stray)
        let manager = FileManager.default
        let outside = "\(fixture.folder.path)/outside"
        try manager.createDirectory(atPath: outside, withIntermediateDirectories: false)
        var place = "\(fixture.path)/lost+found"
        for part in ["/vault_source=storage-time", "/vault_task=weather", "/vault_date=2026-11-01"] where !level.isEmpty
        {
            try manager.createDirectory(atPath: place, withIntermediateDirectories: true)
            place += part
            if part == level { break }
        }
        switch what {
        case "link": try manager.createSymbolicLink(atPath: place, withDestinationPath: outside)
        case "dangling link": try manager.createSymbolicLink(atPath: place, withDestinationPath: "/nowhere")
        default: try fixture.write([1], to: place)
        }
        let plan = HealPlan(try await fixture.vault.verify())
        let report = try await fixture.vault.heal(plan)
        let lost = try #require(report.failures.first)
        #expect(report.failures.allSatisfy { $0.message.contains(place) && $0.hint != nil }, "\(report.failures)")
        #expect(lost.code == .cannotWrite)
        #expect(try manager.contentsOfDirectory(atPath: outside).isEmpty)
        #expect(manager.fileExists(atPath: stray))
        // Of three snapshots, those whose way is free are set aside.
        let free = level.hasPrefix("/vault_task") ? 1 : level.hasPrefix("/vault_date") ? 2 : 0
        #expect(archives.filter { !manager.fileExists(atPath: $0) }.count == free)
        let after = try await fixture.vault.verify().damaged.map(\.code)
        #expect(after.filter { $0 == .quarantined }.count == free, "\(after)")
        // Out of the way, it is all healed.
        try manager.removeItem(atPath: place)
        fixture.vault = try fixture.open()
        let (_, healed) = try await Self.heal(fixture)
        #expect(healed.damaged.map(\.code) == [.quarantined, .quarantined, .quarantined], "\(healed.damaged)")
        #expect(!manager.fileExists(atPath: stray))
    }

    @Test func aTaskThatAnotherHoldsIsLeftAndNamed() async throws {
        let fixture = try Fixture()
        try await fixture.seal([0])
        try fixture.write([1], to: fixture.file(".gz"))
        let plan = HealPlan(try await fixture.vault.verify())
        let held = try await fixture.vault.lock(TaskID(weather), wait: .no)
        #expect(try await fixture.vault.heal(plan).locked == [TaskID(weather)])
        held.release()
    }

    /// Each step of putting a window back into its day fails in turn: the next attempt puts it back, and nothing else.
    @Test func aFailureAtAnyStepOfPuttingBackLosesNothing() async throws {
        var step = 0
        var isDone = false
        while !isDone {
            var fixture = try Fixture(disk: CoarseTimeFiles())
            try await fixture.seal([0, 30])
            let (status, contents) = try (fixture.status(), Set(Self.contents(fixture)))
            for suffix in [".manifest.json", ".gz"] {
                let path = try fixture.file(suffix)
                try FileManager.default.moveItem(
                    atPath: path, toPath: path.replacing("vault_date=2026-11-01", with: "vault_date=2026-11-02"))
            }
            let plan = HealPlan(try await fixture.vault.verify())
            #expect(plan.steps.map(\.action).contains(.putBack))
            let faulty = FaultyFiles(fixture.disk, failing: step, diesThen: true)
            if let vault = try? fixture.open(files: faulty), (try? await vault.heal(plan)) != nil {
                isDone = faulty.steps <= step
            }
            fixture.vault = try fixture.open()
            let (_, after) = try await Self.heal(fixture)
            #expect(after.damaged.isEmpty, "step \(step): \(after.damaged) \(faulty.log)")
            #expect(try fixture.status() == status, "step \(step), \(faulty.log)")
            #expect(try Set(Self.contents(fixture)) == contents, "step \(step), \(faulty.log)")
            step += Sampling.stride(2)
        }
        #expect(step > 5)
    }

    /// Each step of setting aside fails in turn: nothing is lost, and the next attempt goes on.
    @Test func aFailureAtAnyStepOfHealingLosesNothing() async throws {
        var step = 0
        var isDone = false
        while !isDone {
            var fixture = try Fixture(disk: CoarseTimeFiles())
            try await fixture.seal([0, 1])
            try fixture.write(fixture.read(fixture.file(".gz")) + [1], to: fixture.file(".gz"))
            let before = try Set(Self.contents(fixture))
            let plan = HealPlan(try await fixture.vault.verify())
            let faulty = FaultyFiles(fixture.disk, failing: step, diesThen: true)
            do {
                _ = try await fixture.open(files: faulty).heal(plan)
                isDone = faulty.steps <= step
            } catch {
                #expect((error as? VaultError)?.code == .cannotWrite, "step \(step): \(error)")
            }
            #expect(try Set(Self.contents(fixture)).isSuperset(of: before), "step \(step), \(faulty.log)")
            fixture.vault = try fixture.open()
            let (_, after) = try await Self.heal(fixture)
            #expect(after.damaged.map(\.code) == [.quarantined], "step \(step), \(faulty.log)")
            let locked = try await fixture.vault.lock(TaskID(weather), wait: .no)
            #expect(try locked.salvage(at: locked.address(of: window(0, 1)))?.rows == 3, "step \(step)")
            locked.release()
            step += Sampling.stride(2)
        }
        #expect(step > 5)
    }
}
