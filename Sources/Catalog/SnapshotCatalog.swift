import Dispatch
import Foundation
import GRDB
import StorageTime
import Synchronization

/// The index of a vault: an SQLite file that answers what is covered without reading a manifest.
///
/// Manifests are the truth, and all but the history of runs and counts can be made again from them. Calls are
/// synchronous and may come from any thread, where they take turns; other processes read while one writes, and write in
/// turn. Each change is one transaction, on the device when the call returns.
package final class SnapshotCatalog: Sendable {
    /// The file's path; `:memory:` for one that lives in memory only.
    package let path: String
    /// Where a damaged file went, in whose place this one was made.
    package let quarantined: String?
    let database: any DatabaseWriter
    /// A folder that holds a copy of the file, removed with this object.
    private let copy: URL?
    /// Opens one more connection, for a long reading; nil where there is to be none.
    private let openReader: (@Sendable () throws -> any DatabaseReader)?
    /// Tells whether locks are to be had beside the file; nil where it is read without any.
    private let lockFile: String?
    private let isClosed = Mutex(false)

    init(
        path: String, database: any DatabaseWriter, copy: URL? = nil, quarantined: String? = nil,
        openReader: (@Sendable () throws -> any DatabaseReader)? = nil, lockFile: String? = nil
    ) {
        self.path = path
        self.quarantined = quarantined
        self.database = database
        self.copy = copy
        self.openReader = openReader
        self.lockFile = lockFile
    }

    deinit {
        try? close()
        if let copy { try? FileManager.default.removeItem(at: copy) }
    }

    /// Closes the file; later calls fail. A catalog let go is closed as well.
    package func close() throws(CatalogError) {
        isClosed.withLock { $0 = true }
        do {
            try database.close()
        } catch {
            throw CatalogError(error, path: path)
        }
    }

    func read<Result>(_ body: (Database) throws -> Result) throws(CatalogError) -> Result {
        do { return try read(with: database, body) } catch { throw meaning(of: error) }
    }

    /// What `body` makes of each element, in their order: many elements on all cores. Each is a read of its own.
    func readEach<Element: Sendable, Result: Sendable>(
        of elements: [Element], _ body: @Sendable (Database, Element) throws -> Result
    ) throws(CatalogError) -> [Result] {
        do {
            // A connection takes longer to open than a few elements to read.
            let wanted = min(ProcessInfo.processInfo.activeProcessorCount, elements.count / 32)
            let helpers = try openReader.map { open in try (1..<max(wanted, 1)).map { _ in try open() } } ?? []
            let readers: [any DatabaseReader] = [database] + helpers
            defer { for helper in helpers { try? helper.close() } }
            let results = Mutex<[Swift.Result<Result, any Error>?]>(Array(repeating: nil, count: elements.count))
            DispatchQueue.concurrentPerform(iterations: readers.count) { reader in
                for index in stride(from: reader, to: elements.count, by: readers.count) {
                    let result = Swift.Result { try read(with: readers[reader]) { try body($0, elements[index]) } }
                    results.withLock { $0[index] = result }
                }
            }
            return try results.withLock { $0 }.compactMap { try $0?.get() }
        } catch {
            throw meaning(of: error)
        }
    }

    /// What an error of SQLite means for this file.
    func meaning(of error: any Error) -> CatalogError { CatalogError(error, path: path, lockFile: lockFile) }

    /// A reading that others need not wait for, whatever it takes.
    func withOwnReader<Result>(_ body: (Database) throws -> Result) throws -> Result {
        guard let openReader else { return try read(with: database, body) }
        let reader = try openReader()
        defer { try? reader.close() }
        return try read(with: reader, body)
    }

    /// Reads in one transaction. GRDB's own `read` of a queue that is closed ends the process.
    private func read<Result>(with reader: any DatabaseReader, _ body: (Database) throws -> Result) throws -> Result {
        try reader.unsafeRead { database in
            guard !isClosed.withLock({ $0 }) else {
                throw DatabaseError(resultCode: .SQLITE_MISUSE, message: "it is closed")
            }
            var result: Result?
            try database.inTransaction(.deferred) {
                result = try body(database)
                return .commit
            }
            guard let result else { throw DatabaseError(resultCode: .SQLITE_INTERNAL, message: "nothing was read") }
            return result
        }
    }

    /// Lets go of the pages held in memory; what is needed again is read again.
    func releaseCache() {
        guard !isClosed.withLock({ $0 }) else { return }
        // A failure here is nobody's: the next call tells.
        try? database.unsafeRead { try $0.execute(sql: "PRAGMA shrink_memory") }
    }

    func write<Result>(_ body: (Database) throws -> Result) throws(CatalogError) -> Result {
        do { return try database.write(body) } catch { throw meaning(of: error) }
    }
}

extension Date {
    /// Whole seconds since 1970, fractions dropped.
    var unix: Int { Int(held: timeIntervalSince1970) }

    init(unix seconds: Int) {
        self.init(timeIntervalSince1970: Double(seconds))
    }
}
