import Archive
import Foundation
import Records
import RowJSON
import StorageTime
import TestSupport

/// Rows, members and manifests as the tests need them.
enum Fixture {
    static let day = window("2013-01-01", "2013-01-02")
    static let capturedAt = Date(timeIntervalSince1970: 1_795_428_900)

    static func window(_ from: String, _ to: String) -> Window {
        guard let from = try? StorageInstant(parsing: from), let to = try? StorageInstant(parsing: to),
            let window = try? Window(from: from, to: to)
        else { preconditionFailure("the test's window is no window") }
        return window
    }

    static func task(_ text: String = "weather") throws -> TaskID { try TaskID(text) }

    static func address(
        _ window: Window = day, source: RowSource = .storageTime, task: String = "weather"
    ) throws -> SnapshotAddress {
        SnapshotAddress(source: source, task: try TaskID(task), name: .window(window))
    }

    static func capture(source: RowSource = .all, sequence: Int = 1) throws -> SnapshotAddress {
        SnapshotAddress(source: source, task: try task(), name: .capture(at: capturedAt, sequence: sequence))
    }

    static func block(_ rows: Range<Int>) -> RowBlock {
        RowBlock(ndjson: Array(rows.map { "{\"number\":\"\($0)\",\"text\":\"row ✓ \($0 * 7919)\"}\n" }.joined().utf8))
    }

    static func manifest(
        of address: SnapshotAddress, draft: ArchiveDraft? = nil, kept: Int = 0, revision: Int? = nil
    ) throws -> Manifest {
        let facts = try draft?.finish()
        let rows = draft?.rows ?? 0
        return Manifest(
            tool: "octovault 0.1.0", state: rows == 0 ? .empty : .sealed, source: address.source,
            host: "dataapi.octoparse.com", task: address.task, taskName: "Weather", window: address.name.window,
            timeZone: "UTC", convention: .closed, proof: .oneAnswer, revision: revision ?? draft?.revision ?? 1,
            capturedAt: capturedAt, total: rows - kept, kept: kept, rows: rows, requests: 4,
            columns: draft?.columns ?? [], rowsDigest: draft?.digest ?? RowsDigest(), archive: facts)
    }

    /// Publishes `blocks`, one a member, as the next revision.
    @discardableResult
    static func publish(
        _ blocks: [RowBlock], at address: SnapshotAddress, _ layout: ArchiveLayout, _ files: any Files
    ) throws -> Manifest {
        let folder = SnapshotFolder(path: layout.path(address.folder), files: files)
        let revision = try folder.nextRevision(of: address.name)
        let draft = ArchiveDraft(at: address, revision: revision, layout: layout, files: files)
        let encoder = try MemberEncoder()
        for block in blocks { try draft.append(encoder.encode(block)) }
        let manifest = try manifest(of: address, draft: draft, revision: revision)
        try Publisher(layout: layout, files: files).publish(manifest, draft: draft, at: address)
        return manifest
    }

    /// The rows that a reader finds; nil where it finds no snapshot. Throws where it finds half of one.
    static func rows(at address: SnapshotAddress, _ layout: ArchiveLayout, _ files: any Files) throws -> RowBlock? {
        let folder = layout.path(address.folder)
        guard let manifest = try SnapshotFolder(path: folder, files: files).manifest(of: address.name) else {
            return nil
        }
        try manifest.check(at: address)
        let findings = try SnapshotCheck(deep: true, files: files).run(manifest, folder: folder)
        if let problem = findings.problems.first { throw problem }
        var rows = RowBlock()
        try ArchiveReader.open(manifest, folder: folder, files: files)?.forEachMember {
            rows.append(contentsOf: RowBlock(ndjson: $1))
        }
        return rows
    }
}
