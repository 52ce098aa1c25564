import Archive
import Foundation
import Records
import StorageTime
import TestSupport
import Testing

@testable import Vault

/// Lists of manifests: read from a folder, written to a file, read from it again, compared with a folder.
@Suite struct ManifestListTests {
    private static func entries(_ list: any ManifestList) throws -> [ManifestEntry] {
        var list = list
        var entries: [ManifestEntry] = []
        while let entry = try list.next() { entries.append(entry) }
        return entries
    }

    /// A vault of two tasks and a capture, and its exported list.
    private static func exported() async throws -> (fixture: Fixture, list: String) {
        let fixture = try Fixture()
        try await fixture.seal([0, 1, 5, 30])
        try await fixture.seal([2], task: "weather-2")
        let locked = try await fixture.vault.lock(TaskID(weather), wait: .no)
        try locked.capture(.all, rows: 2)
        locked.release()
        let path = "\(fixture.folder.path)/list.ndjson"
        try fixture.write(try lines(fixture), to: path)
        return (fixture, path)
    }

    private static func lines(_ fixture: Fixture) throws -> [UInt8] {
        let folder = try FolderManifests(at: fixture.path)
        return try entries(folder).flatMap { entry -> [UInt8] in
            guard case .sound(let listed) = entry else { return [] }
            return ManifestLine.encode(path: listed.path, manifest: try folder.bytes(of: listed))
        }
    }

    @Test func aFolderIsReadInTheOrderOfItsPathsWithoutAnythingBeside() async throws {
        let (fixture, _) = try await Self.exported()
        for name in ["octovault.json", "catalog.sqlite"] {
            try FileManager.default.removeItem(atPath: "\(fixture.path)/\(name)")
        }
        let paths = try Self.entries(FolderManifests(at: fixture.path)).map(\.path)
        #expect(paths.count == 6)
        #expect(paths.first?.hasPrefix("vault_source=all/") == true)
        #expect(zip(paths, paths.dropFirst()).allSatisfy(PathOrder.isAscending))
    }

    @Test func whatIsExportedIsReadBackTheSame() async throws {
        let (fixture, list) = try await Self.exported()
        let folder = try Self.entries(FolderManifests(at: fixture.path))
        let read = try Self.entries(FileManifests(list))
        #expect(read.map(\.path) == folder.map(\.path))
        for (one, two) in zip(read, folder) {
            guard case .sound(let one) = one, case .sound(let two) = two else {
                Issue.record("\(one.path) is damaged")
                continue
            }
            #expect(one == two)
        }
    }

    @Test func aLineIsTheManifestsFileByteForByte() async throws {
        let (fixture, list) = try await Self.exported()
        let text = String(decoding: try fixture.read(list), as: UTF8.self)
        for line in text.split(separator: "\n") {
            let path = try #require(line.dropFirst(9).split(separator: "\"").first)
            let file = String(decoding: try fixture.read("\(fixture.path)/\(path)"), as: UTF8.self)
            #expect(line == #"{"path":"\#(path)","manifest":\#(file.dropLast())}"#)
        }
    }

    @Test func tasksAndRangesAreChosen() async throws {
        let (fixture, list) = try await Self.exported()
        let task = ManifestSelection(tasks: [try TaskID("weather-2")])
        let range = ManifestSelection(range: try window(1, 6))
        for selected in [task, range] {
            let folder = try Self.entries(FolderManifests(at: fixture.path, selection: selected)).map(\.path)
            #expect(try Self.entries(FileManifests(list, selection: selected)).map(\.path) == folder)
            #expect(folder.count == (selected == task ? 1 : 3))
        }
    }

    @Test func damageInAFolderIsToldInItsPlace() async throws {
        let (fixture, list) = try await Self.exported()
        let path = try fixture.file(".manifest.json", hour: 5)
        var bytes = try fixture.read(path)
        bytes[bytes.count / 2] ^= 1
        try fixture.write(bytes, to: path)
        let entries = try Self.entries(FolderManifests(at: fixture.path))
        #expect(entries.count == 6)
        #expect(zip(entries, entries.dropFirst()).allSatisfy { PathOrder.isAscending($0.path, $1.path) })
        let damaged = entries.filter { if case .damaged = $0 { true } else { false } }
        #expect(damaged.map { path.hasSuffix($0.path) } == [true])
        let found = try ListComparison(list: FileManifests(list), folder: FolderManifests(at: fixture.path))
        #expect(!found.isEqual && found.damaged == 1 && found.missing.isEmpty)
    }

    @Test func theCopyIsComparedWithItsList() async throws {
        let (fixture, list) = try await Self.exported()
        func compare() throws -> ListComparison {
            try ListComparison(list: FileManifests(list), folder: FolderManifests(at: fixture.path))
        }
        #expect(try compare().isEqual)
        #expect(try compare().same == 6)
        try FileManager.default.removeItem(atPath: fixture.file(".manifest.json", hour: 1))
        let locked = try await fixture.vault.lock(TaskID(weather), wait: .no)
        try locked.publish(window(0, 1), rows: 4)
        try locked.publish(window(7, 8), rows: 1)
        locked.release()
        let found = try compare()
        #expect(!found.isEqual)
        #expect(found.missing.map(\.manifest.window) == [try window(1, 2)])
        #expect(found.extra.map(\.manifest.window) == [try window(7, 8)])
        #expect(found.differing.map(\.found.manifest.rows) == [4])
        #expect(found.differing.map(\.listed.manifest.rows) == [3])
        #expect(found.same == 4)
    }

    @Test func aLaterCountOfTheSameRowsIsNoDifference() throws {
        let before = try ListedManifest.hours(0, 1, rows: [1])
        let after = try ListedManifest.hours(0, 1, rows: [1], recheckedAt: testNow)
        let found = try ListComparison(list: ListedRows([before]), folder: ListedRows([after]))
        #expect(found.isEqual && found.same == 1 && found.recounted == 1)
    }

    @Test(
        arguments: Sampling.quick(
            2,
            of: [
                "no JSON at all", "cut short in a line", "a flipped byte", "a line twice", "lines in another order",
                "another's path",
            ]))
    func aListThatIsNotAsItWasWrittenIsRefused(how: String) async throws {
        let (fixture, list) = try await Self.exported()
        let text = String(decoding: try fixture.read(list), as: UTF8.self)
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        switch how {
        case "no JSON at all": lines[1] = "hello"
        case "cut short in a line": lines = [lines[0], String(lines[1].prefix(100))]
        case "a flipped byte": lines[1] = lines[1].replacing(#""rows":3"#, with: #""rows":4"#)
        case "a line twice": lines.insert(lines[1], at: 1)
        case "lines in another order": lines.swapAt(1, 2)
        default: lines[1] = lines[1].replacing("T000000_", with: "T003000_")
        }
        try fixture.write(Array(lines.joined(separator: "\n").utf8), to: list)
        let error = #expect(throws: VaultError.self) { _ = try Self.entries(FileManifests(list)) }
        #expect(error?.message.contains("list.ndjson, line") == true, "\(error?.message ?? "")")
    }

    @Test func aCompactedDayHoldsTheSameRowsAsItsWindows() async throws {
        let fixture = try Fixture()
        try await fixture.seal([0, 1, 2])
        let day = try Fixture()
        let locked = try await day.vault.lock(TaskID(weather), wait: .no)
        let address = locked.address(of: try window(0, 3))
        let draft = try locked.beginDraft(at: address)
        var parts: [Manifest.Part] = []
        for hour in 0..<3 {
            try draft.append(MemberEncoder().encode(Fixture.rows(3, window(hour, hour + 1), 1)))
            let path = try fixture.file(".manifest.json", hour: hour)
            parts.append(try #require(Manifest.Part(Manifest.decode(fixture.read(path)), firstMember: hour)))
        }
        let manifest = Manifest(
            tool: "test 1", state: .sealed, source: .storageTime, host: "h", task: try TaskID(weather),
            window: try window(0, 3), timeZone: "UTC", convention: .closed, proof: .oneAnswer,
            revision: draft.revision, capturedAt: testNow, total: 9, rows: 9, columns: draft.columns,
            rowsDigest: draft.digest, archive: try draft.finish(), parts: parts)
        try locked.publish(manifest, draft: draft, at: address)
        locked.release()
        let list = "\(day.folder.path)/list.ndjson"
        try day.write(try Self.lines(day), to: list)
        for other in [try FolderManifests(at: day.path) as any ManifestList, try FileManifests(list)] {
            let found = try VaultDifference(FolderManifests(at: fixture.path), other)
            #expect(found.isEqual && found.same.map(\.windows) == [3] && found.same.map(\.rows) == [9])
        }
    }

    @Test func aFolderThatIsNoVaultIsRefused() throws {
        let folder = try TemporaryFolder()
        for path in [folder.path, "\(folder.path)/none"] {
            let error = #expect(throws: VaultError.self) { _ = try FolderManifests(at: path) }
            #expect(error?.code == .noVault)
        }
    }

    @Test func pathsAreToldApartByWhatLiesThere() async throws {
        let (fixture, list) = try await Self.exported()
        let archive = try fixture.file(".ndjson.gz", hour: 5)
        let manifest = try fixture.file(".manifest.json", hour: 5)
        #expect(try ComparisonInput(fixture.path) == .folder(fixture.path))
        #expect(try ComparisonInput(list) == .list(list))
        #expect(try ComparisonInput(manifest) == .manifest(manifest))
        #expect(try ComparisonInput(archive) == .archive(archive))
        let one = try #require(try ComparisonInput(manifest)?.rows())
        let two = try #require(try ComparisonInput(archive)?.rows())
        #expect(one.holdsTheSame(as: two) && one.rows == 3)
        #expect(try two.window == window(5, 6))
        try fixture.write(Array("hello".utf8), to: list)
        #expect(try ComparisonInput(list) == nil)
        let error = #expect(throws: VaultError.self) { _ = try ComparisonInput("\(fixture.path)/none") }
        #expect(error?.code == .noVault)
    }

    @Test func aDamagedArchiveIsNotCompared() async throws {
        let (fixture, _) = try await Self.exported()
        let path = try fixture.file(".ndjson.gz", hour: 5)
        var bytes = try fixture.read(path)
        bytes[bytes.count / 2] ^= 1
        try fixture.write(bytes, to: path)
        let error = #expect(throws: VaultError.self) { _ = try SnapshotRows(archive: path) }
        #expect(error?.code == .damaged)
    }
}
