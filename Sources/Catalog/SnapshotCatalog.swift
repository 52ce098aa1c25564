internal import Foundation
internal import GRDB

/// The index of a vault: an SQLite file that answers what is covered without reading a manifest.
///
/// Manifests are the truth, and all but the history of runs and counts can be made again from them. Calls are synchronous
/// and may come from any thread; readers do not wait for writers, and writers of any number of processes take turns.
/// Each change is one transaction, on the device when the call returns.
public final class SnapshotCatalog: Sendable {
    /// The file's path; `:memory:` for one that lives in memory only.
    public let path: String
    /// Where a damaged file went, in whose place this one was made.
    public let setAside: String?
    let database: any DatabaseWriter
    /// A folder that holds a copy of the file, removed with this object.
    private let copy: URL?

    init(path: String, database: any DatabaseWriter, copy: URL? = nil, setAside: String? = nil) {
        self.path = path
        self.setAside = setAside
        self.database = database
        self.copy = copy
    }

    deinit {
        try? close()
        if let copy { try? FileManager.default.removeItem(at: copy) }
    }

    /// Closes the file; later calls fail. A catalog let go is closed as well.
    public func close() throws(CatalogError) {
        do {
            // SQLite merges and removes the log when the last connection goes, unless that one can only read.
            (database as? DatabasePool)?.invalidateReadOnlyConnections()
            try database.close()
        } catch {
            throw CatalogError(error, path: path)
        }
    }

    func read<Result>(_ body: (Database) throws -> Result) throws(CatalogError) -> Result {
        do { return try database.read(body) } catch { throw CatalogError(error, path: path) }
    }

    func write<Result>(_ body: (Database) throws -> Result) throws(CatalogError) -> Result {
        do { return try database.write(body) } catch { throw CatalogError(error, path: path) }
    }
}

extension Date {
    /// Whole seconds since 1970, fractions dropped.
    var unix: Int { Int(timeIntervalSince1970.rounded(.down)) }

    init(unix seconds: Int) {
        self.init(timeIntervalSince1970: Double(seconds))
    }
}
