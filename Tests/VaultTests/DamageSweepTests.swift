import Archive
import Catalog
import Foundation
import Records
import RowJSON
import StorageTime
import TestSupport
import Testing
import Vault

/// Every way in which a file can be damaged, tried one after the other: each is found, named, and told what to do
/// about.
@Suite(.fewAtATime) struct DamageSweepTests {
    /// Files of one window: an archive of two members and its manifest.
    private static func fixture() async throws -> Fixture {
        let fixture = try Fixture()
        let locked = try await fixture.vault.lock(TaskID(weather), wait: .no)
        defer { locked.release() }
        try locked.publish(members: [2, 1], window(0, 1))
        return fixture
    }

    private static func expectNamed(
        _ report: VerifyReport, _ what: String, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(!report.damaged.isEmpty, "\(what) was not found", sourceLocation: sourceLocation)
        for damage in report.damaged {
            #expect(
                !damage.message.isEmpty && !damage.hint.isEmpty && !damage.manifest.isEmpty, "\(what): \(damage)",
                sourceLocation: sourceLocation)
        }
    }

    /// Bits all over a small archive and its manifest, with and without a catalog to compare with. That no bit of a
    /// manifest goes unseen, its own tests show.
    @Test(arguments: [".gz", ".manifest.json"], [SnapshotVault.Access.existing, .offline])
    func anyFlippedBitIsFound(suffix: String, access: SnapshotVault.Access) async throws {
        let fixture = try await Self.fixture()
        let path = try fixture.file(suffix)
        let sound = try fixture.read(path)
        let step = suffix == ".gz" ? 3 : 29
        for bit in stride(from: 0, to: sound.count * 8, by: step * Sampling.stride(7)) {
            var bytes = sound
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
            try fixture.write(bytes, to: path)
            // A vault opened for reading only reads its manifests when it is opened.
            let vault = access == .offline ? try fixture.open(.offline) : fixture.vault
            Self.expectNamed(try await vault.verify(), "bit \(bit) of \(suffix)")
        }
        try fixture.write(sound, to: path)
        #expect(try await fixture.vault.verify().damaged.isEmpty)
    }

    @Test(arguments: [".gz", ".manifest.json"])
    func anyTruncationIsFoundAndSoIsAnythingAppended(suffix: String) async throws {
        let fixture = try await Self.fixture()
        let path = try fixture.file(suffix)
        let sound = try fixture.read(path)
        let step = sound.count / Sampling.quick(10, else: 60) + 1
        for length in Array(stride(from: 0, to: sound.count, by: step)) + Array(sound.count - 8..<sound.count) {
            try fixture.write(Array(sound.prefix(length)), to: path)
            Self.expectNamed(try await fixture.vault.verify(), "\(suffix) cut to \(length) bytes")
        }
        for tail in [[0], [0x0A], Array("}\n".utf8), sound] as [[UInt8]] {
            try fixture.write(sound + tail, to: path)
            Self.expectNamed(try await fixture.vault.verify(), "\(suffix) with \(tail.count) bytes more")
        }
    }

    /// Whatever lies in a file's place, it is named, and nothing waits for it.
    @Test(
        arguments: [".gz", ".manifest.json"],
        Sampling.quick(1, of: ["folder", "pipe", "dangling link", "another file"]))
    func whatIsNoFileIsNamedAndNotWaitedFor(suffix: String, kind: String) async throws {
        let fixture = try await Self.fixture()
        let path = try fixture.file(suffix)
        try FileManager.default.removeItem(atPath: path)
        switch kind {
        case "folder": try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        case "pipe": #expect(mkfifo(path, 0o600) == 0)
        case "dangling link": try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "nowhere")
        default: try fixture.write(Array("something else".utf8), to: path)
        }
        Self.expectNamed(try await fixture.vault.verify(), kind)
        Self.expectNamed(try await fixture.open(.offline).verify(), kind)
    }

    struct Renaming: CustomTestStringConvertible, Sendable {
        var testDescription: String { "\(from) to \(to)" }
        var from: String
        var to: String
    }

    /// Folders renamed or moved, with the catalog and without: what lies in them is missed, or found where it is not to
    /// be.
    @Test(
        arguments: Sampling.quick(
            4,
            of: [
                Renaming(from: "vault_date=2026-11-01", to: "vault_date=2026-11-09"),
                Renaming(from: "vault_date=2026-11-01", to: "vault_date=2026-11-01.old"),
                Renaming(from: "vault_date=2026-11-01", to: "2026-11-01"),
                Renaming(from: "vault_date=2026-11-01", to: "../vault_date=2026-11-01"),
                Renaming(from: "../vault_task=weather", to: "../vault_task=Weather"),
                Renaming(from: "../vault_task=weather", to: "../vault_task=other"),
                Renaming(from: "../vault_task=weather", to: "../weather"),
                Renaming(from: "../vault_task=weather", to: "../../vault_task=weather"),
                Renaming(from: "../../vault_source=storage-time", to: "../../vault_source=storage"),
                Renaming(from: "../../vault_source=storage-time", to: "../../vault_source=all"),
                Renaming(from: "../../vault_source=storage-time", to: "../../old/vault"),
            ]))
    func aRenamedFolderIsNamed(_ renaming: Renaming) async throws {
        let fixture = try await Self.fixture()
        try await fixture.seal([30], task: "keeper")
        let base = "\(fixture.path)/vault_source=storage-time/vault_task=weather"
        let target = URL(fileURLWithPath: "\(base)/\(renaming.to)").standardized
        try FileManager.default.createDirectory(
            at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
        try FileManager.default.moveItem(
            at: URL(fileURLWithPath: "\(base)/\(renaming.from)").standardized, to: target)
        Self.expectNamed(try await fixture.vault.verify(), renaming.testDescription)
        Self.expectNamed(try await fixture.open(.offline).verify(), renaming.testDescription)
    }

    @Test func aManifestInAnotherTasksFolderIsNamed() async throws {
        let fixture = try await Self.fixture()
        try await fixture.seal([30], task: "other")
        let path = try fixture.file(".manifest.json")
        try FileManager.default.copyItem(
            atPath: path,
            toPath: path.replacingOccurrences(of: "=weather", with: "=other")
                .replacingOccurrences(of: "vault_date=2026-11-01", with: "vault_date=2026-11-02"))
        #expect(try await fixture.vault.verify().damaged.map(\.code) == [.manifestMisplaced])
    }

    @Test(arguments: Sampling.quick(2, of: ["total", "state", "edge", "captured"]))
    func aManifestOfOtherFactsAndARightChecksumIsFoundByTheCatalog(change: String) async throws {
        let fixture = try await Self.fixture()
        let path = try fixture.file(".manifest.json")
        var manifest = try Manifest.decode(fixture.read(path))
        switch change {
        case "total": (manifest.total, manifest.kept) = (manifest.total - 1, 1)
        case "state": manifest.timeZone = "Asia/Tokyo"
        case "edge": (manifest.edgeRows, manifest.kept) = (1, 1)
        default: manifest.capturedAt += 3600
        }
        try fixture.write(manifest.encoded(), to: path)
        #expect(try await fixture.vault.verify().damaged.map(\.code) == [.catalogDiffers])
    }

    @Test func anOverlapOfManifestsIsNamedAndSoIsAnArchiveThatNobodyNames() async throws {
        let fixture = try await Self.fixture()
        let other = try Fixture()
        try await other.vault.lock(TaskID(weather), wait: .no).publish(window(0, 2))
        for name in other.folder.allFiles() where name.contains("vault_date=") {
            try FileManager.default.copyItem(
                atPath: "\(other.folder.path)/\(name)", toPath: "\(fixture.folder.path)/\(name)")
        }
        let codes = Set(try await fixture.vault.verify().damaged.map(\.code))
        #expect(codes == [.overlap, .catalogDiffers])
        #expect(try await fixture.open(.offline).verify().damaged.map(\.code) == [.overlap])
        try FileManager.default.removeItem(atPath: fixture.file("T020000.manifest.json"))
        #expect(try await fixture.vault.verify().damaged.map(\.code) == [.archiveUnnamed])
    }

    @Test func anArchiveThatIsGoneSinceItWasVerifiedIsNamedAllTheSame() async throws {
        let fixture = try await Self.fixture()
        _ = try await fixture.vault.verify()
        try FileManager.default.removeItem(atPath: fixture.file(".gz"))
        var options = VerifyOptions()
        options.since = testNow
        #expect(try await fixture.vault.verify(options: options).damaged.map(\.code) == [.archiveMissing])
    }

    @Test func aFolderThatCannotBeReadIsNamedAndTheRestIsVerified() async throws {
        let fixture = try await Self.fixture()
        try await fixture.seal([30, 60])
        let vault = try fixture.open(files: UnreadableFolder("vault_date=2026-11-02"))
        let report = try await vault.verify()
        #expect(report.damaged.map(\.code) == [.folderUnreadable])
        #expect(report.damaged[0].manifest.hasSuffix("vault_date=2026-11-02"))
        #expect(report.snapshots == 2)
    }
}

/// The real disk, on which one folder cannot be read.
private struct UnreadableFolder: Files {
    private let disk = DiskFiles()
    private let name: String

    init(_ name: String) { self.name = name }

    func list(_ path: String) throws(ArchiveError) -> [String] {
        guard !path.hasSuffix(name) else {
            throw ArchiveError(.cannotRead, "cannot read \(path): permission is denied", hint: "check its owner")
        }
        return try disk.list(path)
    }

    func create(_ path: String) throws(ArchiveError) -> any FileWriter { try disk.create(path) }
    func open(_ path: String) throws(ArchiveError) -> any FileReader { try disk.open(path) }
    func replace(_ final: String, with path: String) throws(ArchiveError) { try disk.replace(final, with: path) }
    func move(_ path: String, to final: String) throws(ArchiveError) { try disk.move(path, to: final) }
    func synchronize(folder path: String) throws(ArchiveError) { try disk.synchronize(folder: path) }
    func makeFolder(_ path: String) throws(ArchiveError) -> Bool { try disk.makeFolder(path) }
    func remove(_ path: String) throws(ArchiveError) { try disk.remove(path) }
    func status(_ path: String) throws(ArchiveError) -> FileStatus? { try disk.status(path) }
}
