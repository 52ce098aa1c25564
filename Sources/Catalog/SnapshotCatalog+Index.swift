package import Foundation
import GRDB

extension SnapshotCatalog {
    /// Applies a change in one transaction, on the device when the call returns.
    package func apply(_ change: IndexChange) throws(CatalogError) {
        try write { database in
            var writer = try IndexWriter(database, path: path)
            try writer.apply(change)
        }
    }

    /// Makes the index of some folders what `contents` say, and forgets the folders `gone`, in one transaction.
    ///
    /// - Parameter whole: folders above others whose contents are all indexed then, and their own modification times.
    package func replace(
        _ contents: [FolderContent], removing gone: [String] = [], whole: [(path: String, modified: Int)] = []
    ) throws(CatalogError) {
        try write { database in
            var writer = try IndexWriter(database, path: path)
            for folder in gone {
                try writer.removeFolder(folder)
                try writer.unsettle(above: folder)
            }
            for content in contents { try writer.replace(content) }
            for folder in whole { try writer.setTime(folder.path, folder.modified) }
        }
    }

    /// The folders at or below `path` (relative to the vault), with the modification times at which they were indexed.
    package func folders(below path: String) throws(CatalogError) -> [String: Int?] {
        try folders(belowAnyOf: [path])
    }

    /// The folders at or below any of `paths` (relative to the vault), with the modification times at which they were
    /// indexed.
    package func folders(belowAnyOf paths: [String]) throws(CatalogError) -> [String: Int?] {
        try read { database in
            var folders: [String: Int?] = [:]
            let statement = try database.cachedStatement(
                sql: "SELECT path, modified FROM folders WHERE path = ? OR path > ? AND path < ?")
            for path in paths {
                let rows = try Row.fetchCursor(statement, arguments: [path, path + "/", path + "0"])
                while let row = try rows.next() { folders[try row.text(0)] = .some(try row.optionalInteger(1)) }
            }
            return folders
        }
    }

    /// Whether the index was filled from the manifests since the file was made.
    package func isBuilt() throws(CatalogError) -> Bool {
        try read { try Bool.fetchOne($0, sql: "SELECT is_built FROM state") ?? false }
    }

    /// From when on runs, counts and verifications are remembered: when the file was made.
    package func historySince() throws(CatalogError) -> Date {
        try read { try Date(checkedUnix: try Int.fetchOne($0, sql: "SELECT history_since FROM state") ?? 0) }
    }

    /// Makes the index anew, in one transaction: other processes see the old one until it is whole, and writers wait.
    ///
    /// - Parameters:
    ///   - onlyIfUnbuilt: does nothing where another process has filled it meanwhile.
    ///   - whole: folders above others whose contents are all handed over, and their own modification times from
    ///     before.
    ///   - fill: hands over folders one after the other, each once; what it throws is thrown on, the old index kept.
    /// - Returns: whether the index was made anew.
    @discardableResult
    package func rebuild(
        onlyIfUnbuilt: Bool = false, whole: [(path: String, modified: Int)] = [],
        _ fill: (_ add: (FolderContent) throws -> Void) throws -> Void
    ) throws -> Bool {
        do {
            return try database.writeWithoutTransaction { database in
                var isNew = true
                try database.inTransaction(.immediate) {
                    if onlyIfUnbuilt, try Bool.fetchOne(database, sql: "SELECT is_built FROM state") == true {
                        isNew = false
                        return .commit
                    }
                    try database.execute(sql: Schema.renewIndex)
                    try database.execute(sql: "UPDATE series SET name = '', changed = \(Schema.nextChange)")
                    var writer = try IndexWriter(database, path: path)
                    var hasUnsure = Set<String>()
                    try fill { content in
                        try writer.add(content)
                        if content.modified == nil {
                            hasUnsure.insert(SnapshotRecord.location(of: content.path).folder)
                        }
                    }
                    for folder in whole where !hasUnsure.contains(folder.path) {
                        try writer.setTime(folder.path, folder.modified)
                    }
                    try database.execute(
                        sql: """
                            DELETE FROM verifications WHERE archive_sha256 NOT IN (
                                SELECT archive_sha256 FROM snapshots WHERE archive_sha256 IS NOT NULL)
                            """)
                    try database.execute(sql: "UPDATE state SET is_built = 1")
                    return .commit
                }
                return isNew
            }
        } catch let error as DatabaseError {
            throw meaning(of: error)
        }
    }
}
