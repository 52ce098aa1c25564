package import Foundation
import GRDB

extension SnapshotCatalog {
    /// Opens the catalog at `path`, making the file and bringing it up to the present format where needed.
    ///
    /// Any number of processes may call at once: SQLite's own locks do not cover the making of a file, so a kernel lock
    /// on `lockFile`, made if missing, is held while one is made. A file that is as it should be needs no lock.
    ///
    /// - Parameters:
    ///   - replacingDamaged: moves a damaged file aside and makes a new one; ``quarantined`` tells the new name of the
    ///     old.
    ///   - now: from when the history counts in a file made now.
    /// - Throws: ``CatalogError/Code/corrupt``, ``CatalogError/Code/cannotWrite``, ``CatalogError/Code/newerFormat`` or
    ///   ``CatalogError/Code/busy``.
    package static func open(
        path: String, lockFile: String, replacingDamaged: Bool = false, now: Date, wait: OpenWait = OpenWait()
    ) throws(CatalogError) -> SnapshotCatalog {
        if let catalog = try? openCurrent(path, lockFile, wait) { return catalog }
        let lock = try OpenLock(path: lockFile, wait: wait)
        defer { lock.release() }
        do {
            return try openLocked(path, lockFile, quarantined: nil, now: now, wait)
        } catch  where replacingDamaged && error.code == .corrupt {
            let aside = try moveAside(path, now)
            return try openLocked(path, lockFile, quarantined: aside, now: now, wait)
        }
    }

    /// Opens the file where nothing in it is to be changed for that; nil where something is.
    private static func openCurrent(_ path: String, _ lockFile: String, _ wait: OpenWait) throws -> SnapshotCatalog? {
        try refuseOtherThanFiles(path)
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        let queue = try DatabaseQueue(path: path, configuration: configuration(wait, path, lockFile: lockFile))
        let isReady = try queue.unsafeRead { database in
            try String.fetchOne(database, sql: "PRAGMA journal_mode") == "wal"
                && isCurrent(database, Schema.migrator(now: 0), path)
        }
        return isReady ? catalog(queue, path, lockFile, quarantined: nil, wait) : nil
    }

    private static func catalog(
        _ queue: DatabaseQueue, _ path: String, _ lockFile: String, quarantined: String?, _ wait: OpenWait
    ) -> SnapshotCatalog {
        var reading = configuration(wait, path, lockFile: lockFile)
        reading.readonly = true
        return SnapshotCatalog(
            path: path, database: queue, quarantined: quarantined,
            openReader: { [reading] in try DatabaseQueue(path: path, configuration: reading) }, lockFile: lockFile)
    }

    /// SQLite would follow a link to whatever it leads to, and wait for ever at a pipe for somebody to write to it.
    static func refuseOtherThanFiles(_ path: String) throws(CatalogError) {
        for file in ["", "-wal", "-shm", "-journal"].map({ path + $0 }) {
            let type = try? FileManager.default.attributesOfItem(atPath: file)[.type] as? FileAttributeType
            guard type != .typeSymbolicLink else {
                throw CatalogError(.corrupt, "\(file) is a symbolic link, and none is followed there")
            }
            guard type == nil || type == .typeRegular else {
                throw CatalogError(.corrupt, "\(file) is no regular file")
            }
        }
    }

    /// Moves the file at `path` aside, whatever it holds, and makes a new one; ``quarantined`` tells the new name of
    /// the old.
    ///
    /// The caller has closed its own catalog of the file. Other processes go on with the old file until they look
    /// again.
    package static func replace(path: String, lockFile: String, now: Date, wait: OpenWait = OpenWait())
        throws(CatalogError) -> SnapshotCatalog
    {
        let lock = try OpenLock(path: lockFile, wait: wait)
        defer { lock.release() }
        let aside = try moveAside(path, now)
        return try openLocked(path, lockFile, quarantined: aside, now: now, wait)
    }

    private static func openLocked(
        _ path: String, _ lockFile: String, quarantined: String?, now: Date, _ wait: OpenWait
    ) throws(CatalogError) -> SnapshotCatalog {
        do {
            try refuseOtherThanFiles(path)
            // One connection, not a pool: a pool writes to the log when it is opened and merges it when it is closed,
            // which waits for the device three times, whatever the command does; and its writer is not `synchronous =
            // FULL`.
            let queue = try DatabaseQueue(path: path, configuration: configuration(wait, path, lockFile: lockFile))
            try queue.unsafeRead { try refuseForeign($0, path) }
            try queue.writeWithoutTransaction { try useWriteAheadLog($0) }
            try migrate(queue, path: path, now: now)
            return catalog(queue, path, lockFile, quarantined: quarantined, wait)
        } catch {
            throw CatalogError(error, path: path, lockFile: lockFile)
        }
    }

    /// Opens the catalog of a vault that must not or cannot be written.
    ///
    /// What other processes wrote and have not merged yet into the file is read from a copy, made in the system's
    /// folder for temporary files.
    ///
    /// - Throws: ``CatalogError``; of format trouble as well, since the file cannot be brought up to the present one.
    package static func openReadOnly(path: String) throws(CatalogError) -> SnapshotCatalog {
        do {
            try refuseOtherThanFiles(path)
            if try hasUnmergedLog(path) { return try openCopy(of: path) }
            var configuration = configuration()
            configuration.readonly = true
            let queue = try DatabaseQueue(path: immutableURI(path), configuration: configuration)
            try requireCurrent(queue, path: path)
            return SnapshotCatalog(path: path, database: queue)
        } catch {
            throw CatalogError(error, path: path)
        }
    }

    /// An empty catalog in memory.
    package static func inMemory(now: Date) throws(CatalogError) -> SnapshotCatalog {
        do {
            let queue = try DatabaseQueue(configuration: configuration())
            try migrate(queue, path: ":memory:", now: now)
            return SnapshotCatalog(path: ":memory:", database: queue)
        } catch {
            throw CatalogError(error, path: ":memory:")
        }
    }

    /// Gives the file and its log a name that is free.
    private static func moveAside(_ path: String, _ now: Date) throws(CatalogError) -> String {
        let plain = "\(path).damaged-\(now.unix)"
        var aside = plain
        var attempt = 0
        while ["", "-wal", "-shm"].contains(where: { FileManager.default.fileExists(atPath: aside + $0) }) {
            attempt += 1
            aside = "\(plain).\(attempt)"
        }
        try move(path, to: aside)
        return aside
    }

    private static func move(_ path: String, to aside: String) throws(CatalogError) {
        do {
            for suffix in ["-wal", "-shm"] where FileManager.default.fileExists(atPath: path + suffix) {
                try FileManager.default.moveItem(atPath: path + suffix, toPath: aside + suffix)
            }
            try FileManager.default.moveItem(atPath: path, toPath: aside)
        } catch {
            throw CatalogError(
                .cannotWrite, "the damaged catalog \(path) could not be moved aside: \(error.localizedDescription)",
                hint: "check the permissions of the vault's folder", cause: error)
        }
    }

    /// Another program's database gets none of our tables.
    private static func refuseForeign(_ database: Database, _ path: String) throws {
        let tables = try String.fetchAll(
            database, sql: "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
        guard tables.isEmpty || tables.contains("grdb_migrations") else {
            throw CatalogError(.corrupt, "the catalog \(path) is another program's database")
        }
    }

    static func configuration(
        _ wait: OpenWait = OpenWait(), _ path: String = "", lockFile: String? = nil
    ) -> Configuration {
        var configuration = Configuration()
        configuration.label = "octovault.catalog"
        configuration.busyMode = .callback { tries in
            let pause = 10_000
            let waited = Double(tries * pause) / 1_000_000
            if waited >= wait.limit { return false }
            // No wait helps where nobody holds the lock.
            if tries == 0, let lockFile, LockSupport.refusal(on: lockFile) != nil { return false }
            if waited >= OpenWait.silence, waited - OpenWait.silence < Double(pause) / 1_000_000 { wait.onWait(path) }
            usleep(UInt32(pause))
            return true
        }
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA cache_size = -8000")
            if !database.configuration.readonly { try database.execute(sql: "PRAGMA synchronous = FULL") }
        }
        return configuration
    }

    /// Readers of other processes do not wait for writers then.
    private static func useWriteAheadLog(_ database: Database) throws {
        guard try String.fetchOne(database, sql: "PRAGMA journal_mode = WAL") == "wal" else {
            throw DatabaseError(resultCode: .SQLITE_CANTOPEN, message: "its file system cannot hold a write-ahead log")
        }
    }

    private static func migrate(_ database: any DatabaseWriter, path: String, now: Date) throws {
        let migrator = Schema.migrator(now: now.unix)
        if try !database.unsafeRead({ try isCurrent($0, migrator, path) }) { try migrator.migrate(database) }
    }

    static func requireCurrent(_ database: any DatabaseReader, path: String) throws {
        guard try database.unsafeRead({ try isCurrent($0, Schema.migrator(now: 0), path) }) else {
            throw CatalogError(.corrupt, "the catalog \(path) has an older format and cannot be written to change it")
        }
    }

    /// Whether every step of the format was applied.
    ///
    /// - Throws: ``CatalogError/Code/newerFormat`` where steps were that this program does not know.
    private static func isCurrent(_ database: Database, _ migrator: DatabaseMigrator, _ path: String) throws -> Bool {
        let applied = try migrator.appliedIdentifiers(database)
        guard applied.isSubset(of: migrator.migrations) else { throw newer(path) }
        guard applied.count == migrator.migrations.count else { return false }
        // A damaged page of the tables that every call reads shows here rather than later.
        _ = try Bool.fetchOne(database, sql: "SELECT is_built FROM state")
        return true
    }

    private static func newer(_ path: String) -> CatalogError {
        CatalogError(
            .newerFormat, "the catalog \(path) was made by a newer octovault",
            hint: "use that version, or make the catalog again with `octovault catalog rebuild`")
    }

    private static func hasUnmergedLog(_ path: String) throws -> Bool {
        guard FileManager.default.fileExists(atPath: path + "-wal") else { return false }
        let size = try FileManager.default.attributesOfItem(atPath: path + "-wal")[.size] as? Int
        return size != 0
    }

    private static func openCopy(of path: String) throws -> SnapshotCatalog {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("octovault-" + UUID().uuidString)
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        do {
            let file = folder.appendingPathComponent("catalog.sqlite").path
            try FileManager.default.copyItem(atPath: path, toPath: file)
            try FileManager.default.copyItem(atPath: path + "-wal", toPath: file + "-wal")
            for name in [file, file + "-wal"] {
                try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: name)
            }
            let queue = try DatabaseQueue(
                path: file, configuration: configuration(lockFile: folder.appendingPathComponent("lock").path))
            try requireCurrent(queue, path: path)
            return SnapshotCatalog(path: path, database: queue, copy: folder)
        } catch {
            try? FileManager.default.removeItem(at: folder)
            throw error
        }
    }

    private static func immutableURI(_ path: String) -> String {
        var text = "file:"
        for byte in path.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: "-"),
                UInt8(ascii: "_"):
                text.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                text += byte < 16 ? "%0" : "%"
                text += String(byte, radix: 16, uppercase: true)
            }
        }
        return text + "?immutable=1"
    }
}
