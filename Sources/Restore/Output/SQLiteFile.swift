package import Archive

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A SQLite database that appears whole or not at all: made under another name beside it, in one transaction, on the
/// device when that ends, then renamed. A database that was there is replaced, not added to.
///
/// A table bears its task's id, `task_` before it where SQLite keeps the name for itself, and `_` behind it where
/// another table has that name. All columns are TEXT, and an index is on the window's edges.
package final class SQLiteFile: @unchecked Sendable {
    /// As it was given.
    package let path: String
    private let partialPath: String
    private let files: any Files
    private let connection: SQLiteConnection
    private var names: TableNames
    private var tables: [(name: String, columns: [String])] = []
    private var isOpen = true

    /// - Parameter tasks: those whose tables it will have, as far as they are known; each keeps its name where it can.
    /// - Throws: ``RestoreError/Code/cannotWrite``, also where the database there seems to be in use.
    package init(
        path: String, tasks: [String] = [], files: any Files = DiskFiles()
    ) throws(RestoreError) {
        self.path = path
        self.files = files
        partialPath = PartialFile.path(for: Self.resolvingFolder(of: path))
        names = TableNames(tasks: tasks)
        do throws(ArchiveError) {
            if let kind = try files.status(path)?.kind, kind != .file {
                throw ArchiveError(
                    .cannotWrite, "it is no plain file", hint: "name a new file, or a database to replace")
            }
            for ending in ["-wal", "-journal"] where try files.status(path + ending) != nil {
                throw ArchiveError(
                    .cannotWrite, "\(path)\(ending) is beside it, and would be taken for the new one's",
                    hint: "close the program that has the database open, or name another file")
            }
            // Made here, so that what SQLite opens is a file of ours.
            try files.create(partialPath).close()
        } catch {
            throw RestoreError(
                .cannotWrite, "\(path) cannot be written: \(error.message)", hint: error.hint, cause: error)
        }
        do throws(RestoreError) {
            connection = try SQLiteConnection(path: partialPath, name: path)
            try connection.run(
                """
                PRAGMA journal_mode = OFF; PRAGMA synchronous = FULL; PRAGMA locking_mode = EXCLUSIVE;
                PRAGMA cache_size = -4096; PRAGMA temp_store = FILE; BEGIN
                """)
        } catch {
            try? files.remove(partialPath)
            throw error
        }
    }

    /// The path with no link in its folder's part: SQLite is told to follow none.
    private static func resolvingFolder(of path: String) -> String {
        guard let real = realpath(PathText.parent(of: path), nil) else { return path }
        defer { free(real) }
        return PathText.join(String(cString: real), PathText.name(of: path))
    }

    /// Makes a task's table.
    ///
    /// - Returns: where its rows go, as ``RestoreFormat/sqlite`` encodes them.
    /// - Throws: ``RestoreError/Code/badColumn`` where SQLite can have no such columns;
    ///   ``RestoreError/Code/cannotWrite``.
    package func table(of task: String, columns: [String]) throws(RestoreError) -> any RowSink {
        try check(columns, task)
        let name = names.name(of: task)
        let list = columns.map { "\(SQLiteConnection.quoted($0)) TEXT" }.joined(separator: ", ")
        try connection.run("CREATE TABLE \(SQLiteConnection.quoted(name)) (\(list))")
        tables.append((name, columns))
        let places = columns.map { _ in "?" }.joined(separator: ", ")
        let insert = try connection.prepare("INSERT INTO \(SQLiteConnection.quoted(name)) VALUES (\(places))")
        return SQLiteTable(path: path, insert, columns: columns.count)
    }

    /// Makes the indexes and then the file, final.
    ///
    /// - Returns: its size in bytes.
    /// - Throws: ``RestoreError/Code/cannotWrite``; the file is abandoned then.
    package func finish() throws(RestoreError) -> Int {
        do {
            for (number, table) in tables.enumerated() {
                let edges = WindowColumns.edges.filter { table.columns.contains($0) }
                guard !edges.isEmpty else { continue }
                let list = edges.map { SQLiteConnection.quoted($0) }.joined(separator: ", ")
                try connection.run(
                    "CREATE INDEX \(SQLiteConnection.quoted(indexName(number))) ON "
                        + "\(SQLiteConnection.quoted(table.name)) (\(list))")
            }
            try connection.run("COMMIT")
            connection.close()
            isOpen = false
            let size = try files.status(partialPath)?.size ?? 0
            try files.replace(path, with: partialPath)
            try files.synchronize(folder: PathText.parent(of: path))
            return size
        } catch {
            isOpen = true
            abandon()
            if let error = error as? ArchiveError { throw RestoreError(writing: error) }
            throw error as? RestoreError
                ?? RestoreError(.cannotWrite, "cannot write the database \(path)", cause: error)
        }
    }

    /// Takes back what was written. After ``finish()`` it does nothing.
    package func abandon() {
        guard isOpen else { return }
        isOpen = false
        connection.close()
        try? files.remove(partialPath)
    }

    /// A name that no table has.
    private func indexName(_ number: Int) -> String {
        var name = "\(tables[number].name)_window"
        let taken = Set(tables.map { $0.name.lowercased() })
        while taken.contains(name.lowercased()) { name += "_" }
        return name
    }

    private func check(_ columns: [String], _ task: String) throws(RestoreError) {
        guard columns.count <= connection.mostColumns else {
            throw RestoreError(
                .badColumn,
                "task \(task) has \(columns.count) columns, and SQLite takes \(connection.mostColumns) at most",
                hint: "--columns chooses some of them")
        }
        var seen: [[UInt8]: String] = [:]
        for column in columns {
            // SQLite folds the case of ASCII alone.
            let folded = column.utf8.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
            if let other = seen.updateValue(column, forKey: folded) {
                throw RestoreError(
                    .badColumn, "SQLite takes the columns '\(other)' and '\(column)' of task \(task) for one",
                    hint: "give one another name: --rename \(column)=\(column)_2")
            }
            guard !column.utf8.contains(0) else {
                throw RestoreError(
                    .badColumn, "a column of task \(task) has NUL in its name, which SQLite cannot have",
                    hint: "--columns chooses others")
            }
        }
    }
}
