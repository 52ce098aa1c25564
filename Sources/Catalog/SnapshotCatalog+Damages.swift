package import Foundation
import GRDB
package import Records
package import StorageTime

/// That a snapshot was found damaged: until it is found sound, or another takes its place, its window counts as
/// missing.
package struct DamageRecord: Sendable, Hashable {
    /// The manifest's path relative to the vault.
    package var path: String
    package var task: String
    package var source: RowSource
    /// nil where the manifest does not tell any more; then the index's word counts, if it has one.
    package var host: String?
    /// nil for a capture.
    package var window: Window?
    /// The archive that was damaged, by the checksum that its manifest states; nil where the manifest itself is
    /// damaged. Where the snapshot's archive is another by now, the record says nothing about it.
    package var archiveSHA256: String?
    /// What was found, as `verify` names it.
    package var code: String
    /// Whole seconds; fractions are dropped.
    package var foundAt: Date

    package init(
        path: String, task: String, source: RowSource, host: String? = nil, window: Window?,
        archiveSHA256: String? = nil, code: String, foundAt: Date
    ) {
        self.path = path
        self.task = task
        self.source = source
        self.host = host
        self.window = window
        self.archiveSHA256 = archiveSHA256
        self.code = code
        self.foundAt = foundAt
    }
}

extension SnapshotCatalog {
    /// Writes down in one transaction what was found damaged, in the place of what was known of the same manifests. The
    /// folders of damaged manifests are indexed again when their task is next taken.
    package func record(_ damages: [DamageRecord]) throws(CatalogError) {
        guard !damages.isEmpty else { return }
        try write { database in
            for damage in damages {
                let (folder, name) = SnapshotRecord.location(of: damage.path)
                try database.cachedStatement(
                    sql: """
                        INSERT INTO damages (path, task, source, host, from_s, to_s, archive_sha256, code, found_at)
                        VALUES (:path, :task, :source, coalesce(:host, (
                            SELECT series.host FROM snapshots JOIN series ON series.key = snapshots.series
                            WHERE snapshots.name = :name
                                AND snapshots.folder = (SELECT key FROM folders WHERE path = :folder))),
                            :from, :to, :archive, :code, :found)
                        ON CONFLICT (path) DO UPDATE SET host = coalesce(excluded.host, host),
                            from_s = excluded.from_s, to_s = excluded.to_s, archive_sha256 = excluded.archive_sha256,
                            code = excluded.code, found_at = excluded.found_at
                        """
                ).execute(arguments: [
                    "path": damage.path, "task": damage.task, "source": damage.source.rawValue, "host": damage.host,
                    "name": name, "folder": folder, "from": damage.window?.from.seconds,
                    "to": damage.window?.to.seconds, "archive": damage.archiveSHA256, "code": damage.code,
                    "found": damage.foundAt.unix,
                ])
                guard damage.archiveSHA256 == nil else { continue }
                let above = SnapshotRecord.location(of: folder).folder
                try database.cachedStatement(sql: "UPDATE folders SET modified = NULL WHERE path = ? OR path = ?")
                    .execute(arguments: [folder, above])
            }
        }
    }

    /// Forgets damage, of snapshots found sound.
    package func forgetDamage(of paths: [String]) throws(CatalogError) {
        guard !paths.isEmpty else { return }
        try write { database in
            let statement = try database.cachedStatement(sql: "DELETE FROM damages WHERE path = ?")
            for path in paths { try statement.execute(arguments: [path]) }
        }
    }

    /// What is damaged, by path: of a task, or of all. Records of archives that others took the place of are left out.
    package func damages(of task: String? = nil) throws(CatalogError) -> [DamageRecord] {
        try read { try Self.damages(of: task, $0) }
    }

    /// Whether a snapshot other than the one at `path`, sound or damaged, has an archive of this checksum.
    ///
    /// - Complexity: O(*n*) in snapshots.
    package func isArchive(_ sha256: String, ofOtherThan path: String) throws(CatalogError) -> Bool {
        let (folder, name) = SnapshotRecord.location(of: path)
        return try read { database in
            try Bool.fetchOne(
                database,
                sql: """
                    SELECT EXISTS (SELECT 1 FROM damages WHERE archive_sha256 = :sha AND path <> :path)
                        OR EXISTS (SELECT 1 FROM snapshots JOIN folders ON folders.key = snapshots.folder
                            WHERE archive_sha256 = :sha AND NOT (folders.path = :folder AND snapshots.name = :name))
                    """, arguments: ["sha": sha256, "path": path, "folder": folder, "name": name]) ?? false
        }
    }

    static func damages(of task: String?, _ database: Database) throws -> [DamageRecord] {
        let rows = try Row.fetchCursor(
            database,
            sql: """
                SELECT path, task, source, host, from_s, to_s, archive_sha256, code, found_at FROM damages
                \(task == nil ? "" : "WHERE task = ?") ORDER BY path
                """, arguments: task.map { [$0] } ?? [])
        var found: [DamageRecord] = []
        while let row = try rows.next() {
            guard let source = RowSource(rawValue: try row.text(2)) else { continue }
            found.append(
                DamageRecord(
                    path: try row.text(0), task: try row.text(1), source: source, host: try row.optionalText(3),
                    window: try row.optionalWindow(4, 5), archiveSHA256: try row.optionalText(6),
                    code: try row.text(7), foundAt: try row.date(8)))
        }
        return try found.filter { try isCurrent($0, database) }
    }

    private static func isCurrent(_ damage: DamageRecord, _ database: Database) throws -> Bool {
        guard let archive = damage.archiveSHA256, let present = try snapshot(at: damage.path, database) else {
            return true
        }
        return try present.optionalText(1) == archive
    }

    /// The keys of the snapshots that are damaged.
    static func damagedSnapshots(_ damages: [DamageRecord], _ database: Database) throws -> Set<Int64> {
        try Set(damages.compactMap { try snapshot(at: $0.path, database).map { Int64(try $0.integer(0)) } })
    }

    private static func snapshot(at path: String, _ database: Database) throws -> Row? {
        let (folder, name) = SnapshotRecord.location(of: path)
        return try Row.fetchOne(
            database.cachedStatement(
                sql: """
                    SELECT key, archive_sha256 FROM snapshots
                    WHERE name = ? AND folder = (SELECT key FROM folders WHERE path = ?)
                    """), arguments: [name, folder])
    }
}
