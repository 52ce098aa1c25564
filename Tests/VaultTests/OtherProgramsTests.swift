import Archive
import Foundation
import StorageTime
import TestSupport
import Testing

@testable import Vault

/// What other programs leave in a vault's folders is no damage, and no obstacle.
@Suite struct OtherProgramsTests {
    @Test(
        arguments: Sampling.quick(
            2,
            of: [
                "._20261101T000000_20261101T010000.r1.ndjson.gz", ".__20261101T000000_20261101T010000.manifest.json",
                ".DS_Store", "@eaDir/20261101T000000_20261101T010000.r1.ndjson.gz/x", ".nfs000000000001", "desktop.ini",
                "Thumbs.db", ".20261101T000000_20261101T010000.r1.ndjson.gz.Ab12Cd",
                "20261101T000000_20261101T010000.r1.ndjson.gz.1a2b3c4d.partial", ".stversions/x.ndjson.gz",
            ]))
    func whatOtherProgramsLeaveIsNoDamage(name: String) async throws {
        let fixture = try Fixture()
        try await fixture.seal([0])
        let date = try PathText.parent(of: fixture.file(".manifest.json"))
        let task = PathText.parent(of: date)
        for folder in [fixture.path, PathText.parent(of: task), task, date] {
            let path = "\(folder)/\(name)"
            try FileManager.default.createDirectory(
                atPath: PathText.parent(of: path), withIntermediateDirectories: true)
            try fixture.write([1], to: path)
        }
        #expect(try await fixture.vault.verify(options: VerifyOptions()).damaged == [])
        try await fixture.seal([1])
        #expect(FileManager.default.fileExists(atPath: "\(date)/\(name)"))
        #expect(try fixture.status().map(\.rows) == [6])
    }

    @Test func whatOtherProgramsLeftIsCountedWithoutTheVaultsOwn() async throws {
        let fixture = try Fixture()
        try await fixture.seal([0, 30])
        #expect(try fixture.vault.leftByOthers().count == 0)
        let date = try PathText.parent(of: fixture.file(".manifest.json"))
        let task = PathText.parent(of: date)
        let archive = "20261101T000000_20261101T010000.r1.ndjson.gz"
        for name in [
            ".DS_Store", "._\(archive)", "._x", "\(archive).1a2b3c4d.partial", ".\(archive).Ab12Cd",
            "._20261101T000000_20261101T010000.manifest.json.Zz09aA", ".\(archive).partial", "notes.txt",
            ".hidden.Ab12Cd",
        ] {
            try fixture.write([1], to: "\(date)/\(name)")
        }
        try FileManager.default.createDirectory(atPath: "\(task)/@eaDir", withIntermediateDirectories: false)
        try fixture.write([1], to: "\(task)/@eaDir/x")
        try fixture.write([1], to: "\(fixture.path)/desktop.ini")
        let left = try fixture.vault.leftByOthers()
        #expect(left.count == 8)
        #expect(left.folders == 3)
        #expect(left.first == fixture.vault.root)
        #expect(
            Dictionary(uniqueKeysWithValues: left.kinds.map { ($0.name, $0.count) }) == [
                "._…": 3, ".DS_Store": 1, "rclone's partials": 1, "rsync's partials": 1, "@eaDir": 1, "desktop.ini": 1,
            ])
        #expect(left.kinds.first?.name == "._…")
        let cut = try fixture.vault.leftByOthers(limit: 2)
        #expect(cut.isCut && cut.count == 1)
    }

    @Test func aFolderThatHoldsNothingElseMayBecomeAVault() throws {
        let fixture = try Fixture()
        let path = "\(fixture.folder.path)/new"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        for name in [".DS_Store", "desktop.ini", "._x"] { try fixture.write([1], to: "\(path)/\(name)") }
        #expect(try SnapshotVault.open(at: path, access: .create).notices.isEmpty)
    }
}
