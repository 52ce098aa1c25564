import Foundation
import GRDB
import Records
import StorageTime

/// Writes snapshots within one transaction, remembering the keys of what they share.
struct IndexWriter {
    private struct SeriesName: Hashable { var task, source, host: String }

    private let database: Database
    private let path: String
    // Looked up once: a statement's text is longer than a record.
    private let insertSnapshot: Statement
    private let insertWindow: Statement
    private let copyWindows: Statement
    private var series: [SeriesName: (key: Int64, name: String)] = [:]
    private var columns: [[String]: Int64] = [:]
    private var folder: (path: String, key: Int64)?

    /// - Parameter path: the catalog's, for errors.
    init(_ database: Database, path: String) throws {
        self.database = database
        self.path = path
        insertSnapshot = try database.cachedStatement(
            sql: """
                INSERT INTO snapshots (folder, name, series, from_s, to_s, state, revision, time_zone, convention, proof,
                    captured_at, rechecked_at, total, edge_rows, kept, rows, bytes, uncompressed_bytes, rows_digest,
                    columns, archive, archive_sha256, manifest_sha256, parts, edge_only)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """)
        insertWindow = try database.cachedStatement(
            sql: """
                INSERT INTO windows (series, from_s, to_s, state, captured_at, rows, bytes, kept, snapshot, part,
                    rechecked_at, revision, total, edge_rows, rows_digest, edge_only)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """)
        copyWindows = try database.cachedStatement(
            sql: """
                INSERT INTO windows (series, from_s, to_s, state, captured_at, rows, bytes, kept, snapshot, part,
                    rechecked_at, revision, total, edge_rows, rows_digest, edge_only)
                SELECT series, from_s, to_s, state, captured_at, rows, bytes, kept, key, 0,
                    rechecked_at, revision, total, edge_rows, rows_digest, edge_only
                FROM snapshots WHERE folder = ? AND parts = 0 AND from_s IS NOT NULL
                """)
    }

    mutating func apply(_ change: IndexChange) throws {
        for folder in change.removedFolders {
            try removeFolder(folder)
            try unsettle(above: folder)
        }
        for path in change.removedPaths { try removeSnapshot(path) }
        for folder in change.folders { try setFolder(folder.path, modified: folder.modified) }
        for record in change.written {
            try removeSnapshot(record.path)
            try insert(record)
            try forgetDamage(of: record)
        }
        for path in change.rewritten {
            for table in ["damages", "verifications"] {
                try database.cachedStatement(sql: "DELETE FROM \(table) WHERE path = ?").execute(arguments: [path])
            }
        }
        for folder in change.wholeFolders { try setTime(folder.path, folder.modified) }
    }

    /// A snapshot of another archive is none that was found damaged.
    private func forgetDamage(of record: SnapshotRecord) throws {
        try database.cachedStatement(
            sql: "DELETE FROM damages WHERE path = ? AND (archive_sha256 IS NULL OR archive_sha256 IS NOT ?)"
        ).execute(arguments: [record.path, record.archiveSHA256])
    }

    /// Makes the folder's snapshots those of `content` and no others.
    mutating func replace(_ content: FolderContent) throws {
        try removeFolder(content.path)
        try add(content)
        try unsettle(above: content.path)
    }

    /// Adds a folder that is not there, with its snapshots.
    mutating func add(_ content: FolderContent) throws {
        try setTime(content.path, content.modified)
        let key = try folderKey(content.path)
        for record in content.snapshots { try insert(record, copiedWith: key) }
        // A snapshot's own window has nothing but columns of the snapshot: SQLite copies them for a folder at once,
        // where binding each of them once more would take as long as the snapshots did.
        try copyWindows.execute(arguments: [key])
    }

    /// Forgets what is indexed of a folder.
    mutating func removeFolder(_ path: String) throws {
        folder = nil
        let statement = try database.cachedStatement(sql: "DELETE FROM folders WHERE path = ?")
        try statement.execute(arguments: [path])
    }

    /// Notes a folder's modification time. The folder above it is not known as whole any more.
    mutating func setFolder(_ path: String, modified: Int?) throws {
        try setTime(path, modified)
        try unsettle(above: path)
    }

    /// Notes that the folder above one that changed is not known as whole any more.
    func unsettle(above path: String) throws {
        try database.cachedStatement(sql: "UPDATE folders SET modified = NULL WHERE path = ? AND modified IS NOT NULL")
            .execute(arguments: [SnapshotRecord.location(of: path).folder])
    }

    /// Notes the modification time of a folder that holds others, all of which are indexed as they are.
    func setTime(_ path: String, _ modified: Int?) throws {
        let statement = try database.cachedStatement(
            sql: """
                INSERT INTO folders (path, modified) VALUES (?, ?)
                ON CONFLICT (path) DO UPDATE SET modified = excluded.modified
                """)
        try statement.execute(arguments: [path, modified])
    }

    private func removeSnapshot(_ path: String) throws {
        let (folder, name) = SnapshotRecord.location(of: path)
        let statement = try database.cachedStatement(
            sql: "DELETE FROM snapshots WHERE name = ? AND folder = (SELECT key FROM folders WHERE path = ?)")
        try statement.execute(arguments: [name, folder])
    }

    /// Adds a snapshot that is not there.
    ///
    /// - Parameter wholeFolder: the key of a folder for which ``copyWindows`` follows.
    private mutating func insert(_ record: SnapshotRecord, copiedWith wholeFolder: Int64? = nil) throws {
        let (path, name) = SnapshotRecord.location(of: record.path)
        let folder = try folderKey(path)
        let series = try seriesKey(record)
        try insertSnapshot.execute(arguments: [
            folder, name, series, record.window?.from.seconds, record.window?.to.seconds,
            record.state.rawValue, record.revision, record.timeZone, record.convention.rawValue,
            record.proof.rawValue, record.capturedAt.unix, record.recheckedAt?.unix, record.total, record.edgeRows,
            record.kept,
            record.rows, record.bytes, record.uncompressedBytes, record.rowsDigest, columnsKey(record.columns),
            record.archive, record.archiveSHA256, record.manifestSHA256, record.parts.count,
            record.isEdgeOnly,
        ])
        if record.parts.isEmpty, folder == wholeFolder { return }
        let snapshot = database.lastInsertedRowID
        for (part, facts) in record.windows.enumerated() {
            guard record.window?.contains(facts.window) == true else {
                throw CatalogError(.failed, "\(record.path) has a part outside its window")
            }
            try insert(facts, series: series, snapshot: snapshot, part: part)
        }
    }

    private func insert(_ facts: WindowFacts, series: Int64, snapshot: Int64, part: Int) throws {
        try insertWindow.execute(arguments: [
            series, facts.window.from.seconds, facts.window.to.seconds, facts.state.rawValue, facts.capturedAt.unix,
            facts.rows, facts.bytes, facts.kept, snapshot, part, facts.recheckedAt?.unix, facts.revision, facts.total,
            facts.edgeRows, facts.rowsDigest, facts.isEdgeOnly,
        ])
    }

    private mutating func folderKey(_ path: String) throws -> Int64 {
        if let folder, folder.path == path { return folder.key }
        var key = try Int64.fetchOne(
            database.cachedStatement(sql: "SELECT key FROM folders WHERE path = ?"), arguments: [path])
        if key == nil {
            try setFolder(path, modified: nil)
            key = database.lastInsertedRowID
        }
        guard let key else { throw CatalogError(.failed, "the folder \(path) is not in the catalog") }
        folder = (path, key)
        return key
    }

    /// The key of the record's task, source and host, of which snapshots are about to be written; the task's name
    /// follows the record that comes last.
    mutating func seriesKey(_ record: SnapshotRecord) throws -> Int64 {
        let id = SeriesName(task: record.task, source: record.source.rawValue, host: record.host)
        if let known = series[id], known.name == record.taskName || record.taskName.isEmpty { return known.key }
        let key = try Int64.fetchOne(
            database.cachedStatement(
                sql: """
                    INSERT INTO series (task, source, host, name) VALUES (?, ?, ?, ?)
                    ON CONFLICT (task, source, host) DO UPDATE
                        SET changed = \(Schema.nextChange), name = CASE excluded.name WHEN '' THEN name ELSE excluded.name END
                    RETURNING key
                    """), arguments: [id.task, id.source, id.host, record.taskName])
        guard let key else { throw CatalogError(.failed, "the task \(id.task) is not in the catalog \(path)") }
        series[id] = (key, record.taskName)
        return key
    }

    private mutating func columnsKey(_ names: [String]) throws -> Int64 {
        if let key = columns[names] { return key }
        let text = ColumnList.text(names)
        let key = try Int64.fetchOne(
            database.cachedStatement(
                sql: """
                    INSERT INTO column_lists (names) VALUES (?)
                    ON CONFLICT (names) DO UPDATE SET names = names RETURNING key
                    """), arguments: [text])
        guard let key else { throw CatalogError(.failed, "a list of columns is not in the catalog \(path)") }
        // Neighbours share their columns; more lists than these are not worth the memory.
        if columns.count >= 256 { columns = [:] }
        columns[names] = key
        return key
    }
}

/// Lists of column names as the catalog holds them: JSON arrays of texts.
enum ColumnList {
    static func text(_ names: [String]) -> String {
        (try? JSONEncoder().encode(names)).map { String(decoding: $0, as: UTF8.self) } ?? "[]"
    }

    static func names(_ text: String) throws -> [String] {
        do {
            return try JSONDecoder().decode([String].self, from: Data(text.utf8))
        } catch {
            throw CatalogError(.corrupt, "the catalog holds a list of columns that is none: \(text)", cause: error)
        }
    }
}
