import Archive
import Catalog
import Foundation
import Gzip
import Records
import RowJSON
import StorageTime
import TestSupport
import Testing
import Vault

@Suite struct VaultVerifyTests {
    /// One way to damage a sound vault of two windows, hours 0 and 1, and what verifying names.
    struct Case: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var codes: [Damage.Code]
        var isDeep = false
        var damage: @Sendable (Fixture) async throws -> Void

        init(
            _ name: String, _ codes: Damage.Code..., isDeep: Bool = false,
            damage: @escaping @Sendable (Fixture) async throws -> Void
        ) {
            testDescription = name
            self.codes = codes
            self.isDeep = isDeep
            self.damage = damage
        }
    }

    static let cases: [Case] = [
        Case("nothing") { _ in },
        Case("archive shortened", .archiveSize) { fixture in
            let path = try fixture.file(".gz")
            try fixture.write(fixture.read(path).dropLast(), to: path)
        },
        Case("archive emptied", .archiveSize) { try $0.write([], to: $0.file(".gz")) },
        Case("archive gone", .archiveMissing) { try FileManager.default.removeItem(atPath: $0.file(".gz")) },
        Case("archive is a folder", .archiveUnreadable) { fixture in
            let path = try fixture.file(".gz")
            try FileManager.default.removeItem(atPath: path)
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        },
        Case("two archives of one size swapped", .archiveSHA256, .archiveSHA256) { fixture in
            try await fixture.seal(Array(2..<20))
            var bySize: [Int: String] = [:]
            for hour in 0..<20 {
                let path = try fixture.file(".gz", hour: hour)
                let bytes = try fixture.read(path)
                guard let other = bySize.updateValue(path, forKey: bytes.count) else { continue }
                try fixture.write(fixture.read(other), to: path)
                return try fixture.write(bytes, to: other)
            }
        },
        Case("two archives swapped", .archiveSize, .archiveSize) { fixture in
            try await fixture.seal([1], rows: 9)
            let (first, second) = try (fixture.file(".gz", hour: 0), fixture.file(".gz", hour: 1))
            let (one, other) = try (fixture.read(first), fixture.read(second))
            try fixture.write(other, to: first)
            try fixture.write(one, to: second)
        },
        Case("manifest gone", .archiveUnnamed, .manifestMissing) {
            try FileManager.default.removeItem(atPath: $0.file(".manifest.json"))
        },
        Case("manifest and archive gone", .manifestMissing) { fixture in
            try FileManager.default.removeItem(atPath: fixture.file(".manifest.json"))
            try FileManager.default.removeItem(atPath: fixture.file(".gz"))
        },
        Case("manifest edited", .manifestSHA256) { fixture in
            let path = try fixture.file(".manifest.json")
            let text = String(decoding: try fixture.read(path), as: UTF8.self)
            try fixture.write(Array(text.replacingOccurrences(of: "\"rows\":3", with: "\"rows\":4").utf8), to: path)
        },
        Case("manifest shortened", .manifestUnreadable) { fixture in
            let path = try fixture.file(".manifest.json")
            try fixture.write(fixture.read(path).dropLast(20), to: path)
        },
        Case("manifest under another window's name", .manifestMisplaced, .manifestMissing, .archiveUnnamed) { fixture in
            let path = try fixture.file(".manifest.json")
            try FileManager.default.moveItem(
                atPath: path, toPath: path.replacingOccurrences(of: "T010000", with: "T020000"))
        },
        Case("manifest in another day's folder", .archiveUnnamed, .manifestMissing, .manifestMisplaced) { fixture in
            let path = try fixture.file(".manifest.json")
            let other = path.replacingOccurrences(of: "vault_date=2026-11-01", with: "vault_date=2026-11-02")
            let folder = URL(fileURLWithPath: other).deletingLastPathComponent()
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
            try FileManager.default.moveItem(atPath: path, toPath: other)
        },
        Case("manifests swapped", .manifestMisplaced, .manifestMisplaced) { fixture in
            let (first, second) = try (fixture.file(".manifest.json", hour: 0), fixture.file(".manifest.json", hour: 1))
            let (one, other) = try (fixture.read(first), fixture.read(second))
            try fixture.write(other, to: first)
            try fixture.write(one, to: second)
        },
        Case("an archive nobody names", .archiveUnnamed) { fixture in
            let path = try fixture.file(".gz")
            try FileManager.default.copyItem(
                atPath: path,
                toPath: path.replacingOccurrences(of: "T000000_20261101T010000", with: "T050000_20261101T060000"))
        },
        Case("an archive of a later revision", .archiveUnnamed) { fixture in
            let path = try fixture.file(".gz")
            try FileManager.default.copyItem(atPath: path, toPath: path.replacingOccurrences(of: ".r1.", with: ".r2."))
        },
        Case("an archive by a strange name", .archiveUnnamed) { fixture in
            try fixture.write([1], to: fixture.file(".gz").replacingOccurrences(of: ".r1.", with: ".backup."))
        },
        Case("the task's folder gone", .manifestMissing, .manifestMissing) {
            try FileManager.default.removeItem(atPath: "\($0.path)/vault_source=storage-time/vault_task=weather")
        },
        Case("catalog emptied", .catalogDiffers) { fixture in
            let path = try #require(try fixture.vault.catalog.snapshots().first?.path)
            var change = IndexChange()
            change.removedFolders = [PathText.parent(of: path)]
            try fixture.vault.catalog.apply(change)
        },
        Case("catalog from another day", .catalogDiffers) { fixture in
            var record = try #require(try fixture.vault.catalog.snapshots().first)
            record.total += 1
            var change = IndexChange()
            change.written = [record]
            try fixture.vault.catalog.apply(change)
        },
        Case("a manifest that lies about its rows", .rowsDigest, isDeep: true) { fixture in
            try await fixture.rewriteManifest { $0.rowsDigest = RowsDigest() }
        },
        Case("a manifest that lies about its columns", .columns, isDeep: true) { fixture in
            try await fixture.rewriteManifest { $0.columns = ["at", "n"] }
        },
        Case("a row that is no object", .rowMalformed, isDeep: true) { try await $0.plantRow("[1]\n") },
    ]

    @Test(arguments: Sampling.quick(3, of: cases))
    func whatIsDamagedIsFoundAndNamedAndNothingElse(_ example: Case) async throws {
        let fixture = try Fixture()
        try await fixture.seal([0, 1])
        try await example.damage(fixture)
        let before = fixture.folder.allFiles().filter { !$0.contains("catalog.sqlite") }
        var options = VerifyOptions()
        options.isDeep = example.isDeep
        let report = try await fixture.vault.verify(options: options)
        #expect(report.damaged.map(\.code.rawValue).sorted() == example.codes.map(\.rawValue).sorted())
        for damage in report.damaged {
            #expect(damage.manifest.hasPrefix("vault_source=") || damage.manifest == "catalog.sqlite")
            #expect(!damage.hint.isEmpty && !damage.message.isEmpty)
        }
        // Looking changes nothing.
        #expect(fixture.folder.allFiles().filter { !$0.contains("catalog.sqlite") } == before)
        let copy = try await fixture.open(.offline).verify(options: options)
        let offline = example.codes.filter { $0 != .manifestMissing && $0 != .catalogDiffers }
        #expect(copy.damaged.map(\.code.rawValue).sorted() == offline.map(\.rawValue).sorted())
    }

    @Test func theFiguresAreThoseOfWhatWasRead() async throws {
        let fixture = try Fixture()
        try await fixture.seal([0, 1, 30], rows: 4)
        try await fixture.seal([2], task: "other", rows: 5)
        try await fixture.vault.lock(TaskID(weather), wait: .no).publish(window(2, 3), rows: 0, state: .empty)
        let all = try await fixture.vault.verify()
        #expect(all.snapshots == 5 && all.rows == 17)
        #expect(all.bytes == (try fixture.status().reduce(0) { $0 + $1.bytes }))
        let one = try await fixture.vault.verify(tasks: [TaskID("other")])
        #expect(one.snapshots == 1 && one.rows == 5)
        var options = VerifyOptions()
        options.range = try window(1, 31)
        let some = try await fixture.vault.verify(tasks: [TaskID(weather)], options: options)
        #expect(some.snapshots == 3 && some.rows == 8 && some.damaged.isEmpty)
    }

    @Test func damageOutsideTheRangeIsNotAskedFor() async throws {
        let fixture = try Fixture()
        try await fixture.seal([0, 1])
        try FileManager.default.removeItem(atPath: fixture.file(".gz", hour: 1))
        var options = VerifyOptions()
        options.range = try window(0, 1)
        #expect(try await fixture.vault.verify(options: options).damaged.isEmpty)
        options.range = try window(0, 2)
        #expect(try await fixture.vault.verify(options: options).damaged.map(\.code) == [.archiveMissing])
    }

    @Test func whatWasFoundSoundLatelyIsNotReadAgain() async throws {
        let fixture = try Fixture()
        try await fixture.seal([0, 1])
        #expect(try await fixture.vault.verify().skipped == 0)
        var options = VerifyOptions()
        options.since = testNow
        #expect(try await fixture.vault.verify(options: options).skipped == 2)
        try await fixture.seal([1], rows: 4)
        let report = try await fixture.vault.verify(options: options)
        #expect(report.skipped == 1 && report.rows == 4)
        options.isDeep = true
        #expect(try await fixture.vault.verify(options: options).skipped == 0)
        #expect(try await fixture.vault.verify(options: options).skipped == 2)
        options.since = testNow.addingTimeInterval(1)
        #expect(try await fixture.vault.verify(options: options).skipped == 0)
    }

    @Test func whatIsDamagedIsReadEachTime() async throws {
        let fixture = try Fixture()
        try await fixture.seal([0])
        try fixture.write([], to: fixture.file(".gz"))
        var options = VerifyOptions()
        options.since = testNow
        for _ in 0..<2 {
            #expect(try await fixture.vault.verify(options: options).damaged.map(\.code) == [.archiveSize])
        }
    }

    @Test func aWriterAtWorkIsNoDamage() async throws {
        let fixture = try Fixture()
        try await fixture.seal(Array(0..<6))
        let vault = fixture.vault
        async let writing: Void = {
            let locked = try await vault.lock(TaskID(weather), wait: .no)
            defer { locked.release() }
            for round in 1...12 { for hour in 0..<6 { try locked.publish(window(hour, hour + 1), rows: round) } }
        }()
        for _ in 0..<12 {
            let report = try await fixture.vault.verify()
            #expect(report.damaged.isEmpty)
        }
        try await writing
    }

    @Test func everyCodeOfDamagedArchivesAndManifestsHasItsPlaceHere() {
        let known = Set(Damage.Code.allCases.map(\.rawValue))
        for code in ArchiveError.Code.allCases where code.isDamage {
            #expect(known.contains(code.rawValue), "\(code)")
        }
    }
}

extension Fixture {
    /// Puts another manifest in the place of the first hour's, correct in itself.
    fileprivate func rewriteManifest(_ change: (inout Manifest) -> Void) async throws {
        let path = try file(".manifest.json")
        var manifest = try Manifest.decode(read(path))
        change(&manifest)
        try write(manifest.encoded(), to: path)
        _ = try vault.rebuildCatalog()
    }

    /// Publishes an archive with a row that no API answers.
    fileprivate func plantRow(_ row: String) async throws {
        var planted = EncodedMember(
            bytes: [], uncompressedBytes: row.utf8.count, rows: 1, digest: RowsDigest(), columns: [])
        var encoder = try GzipEncoder()
        try Array(row.utf8).withUnsafeBytes { bytes in
            try encoder.appendMember(of: bytes, to: &planted.bytes)
            planted.digest.add(row: UnsafeRawBufferPointer(rebasing: bytes.dropLast()))
        }
        let locked = try await vault.lock(TaskID(weather), wait: .no)
        defer { locked.release() }
        let address = locked.address(of: try window(0, 1))
        let draft = try locked.beginDraft(at: address)
        try draft.append(planted)
        let manifest = Manifest(
            tool: "test 1", state: .sealed, source: .storageTime, host: "h", task: locked.task,
            window: try window(0, 1),
            proof: .oneAnswer, revision: draft.revision, capturedAt: testNow, total: 1, rows: 1,
            columns: draft.columns, rowsDigest: draft.digest, archive: try draft.finish())
        try locked.publish(manifest, draft: draft, at: address)
    }
}
