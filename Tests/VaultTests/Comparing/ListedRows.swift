import Archive
import Foundation
import Records
import StorageTime
import TestSupport

@testable import Vault

/// Manifests in memory, given in any order.
struct ListedRows: ManifestList {
    private var entries: [ManifestEntry]

    init(_ manifests: [ListedManifest], damaged: [Damage] = []) {
        entries = (manifests.map(ManifestEntry.sound) + damaged.map(ManifestEntry.damaged))
            .sorted { PathOrder.isAscending($0.path, $1.path) }.reversed()
    }

    mutating func next() throws(VaultError) -> ManifestEntry? { entries.popLast() }
}

extension ListedManifest {
    /// A window of hours of the first of November, whose rows are numbers.
    static func hours(
        _ from: Int, _ to: Int, rows: [Int], task: String = weather, state: SnapshotState = .sealed,
        revision: Int = 1, recheckedAt: Date? = nil
    ) throws -> ListedManifest {
        try listed(
            manifest(.window(window(from, to)), rows, task, .storageTime, state, revision, recheckedAt),
            .window(window(from, to)))
    }

    static func capture(_ second: Int, rows: [Int], source: RowSource = .all) throws -> ListedManifest {
        let name = SnapshotName.capture(at: testNow.addingTimeInterval(Double(second)), sequence: 1)
        return try listed(manifest(name, rows, weather, source, .sealed, 1, nil), name)
    }

    /// A day of parts, each an hour's rows.
    static func compacted(_ from: Int, _ parts: [[Int]?]) throws -> ListedManifest {
        let members = parts.enumerated().compactMap { index, rows in rows.map { (index, $0) } }
        var day = try manifest(
            .window(window(from, from + parts.count)), members.flatMap(\.1), weather, .storageTime, .sealed, 1, nil)
        var next = 0
        for (hour, rows) in members {
            let part = try manifest(
                .window(window(from + hour, from + hour + 1)), rows, weather, .storageTime, .sealed, 1, nil)
            day.parts += [Manifest.Part(part, firstMember: next)].compactMap(\.self)
            next += rows.isEmpty ? 0 : 1
        }
        return try listed(day, .window(window(from, from + parts.count)))
    }

    private static func listed(_ manifest: Manifest, _ name: SnapshotName) throws -> ListedManifest {
        let address = SnapshotAddress(source: manifest.source, task: manifest.task, name: name)
        let sum = Manifest.checksum(in: manifest.encoded()) ?? ""
        return ListedManifest(path: address.manifestPath, manifest: manifest, sha256: sum)
    }

    private static func manifest(
        _ name: SnapshotName, _ rows: [Int], _ task: String, _ source: RowSource, _ state: SnapshotState,
        _ revision: Int, _ recheckedAt: Date?
    ) throws -> Manifest {
        var digest = RowsDigest()
        for row in rows { digest.add(RowHash(of: Array("\(row)".utf8))) }
        var capturedAt = testNow
        if case .capture(let date, _) = name { capturedAt = date }
        let count = max(1, rows.count)
        let archive = ArchiveFacts(
            file: name.archiveName(revision: revision), bytes: 20, sha256: digest.hex, uncompressedBytes: count,
            members: [ArchiveMember(offset: 0, bytes: 20, uncompressedBytes: count, rows: count)])
        let hasArchive = !rows.isEmpty && state != .pruned
        return Manifest(
            tool: "test 1", state: rows.isEmpty ? .empty : state, source: source, host: "h", task: try TaskID(task),
            window: name.window, timeZone: "UTC", convention: .closed, proof: .oneAnswer, revision: revision,
            capturedAt: capturedAt, recheckedAt: recheckedAt, total: rows.count, rows: rows.count,
            columns: rows.isEmpty ? [] : ["n"], rowsDigest: digest, archive: hasArchive ? archive : nil)
    }
}
