import Foundation
import GRDB

extension SnapshotCatalog {
    /// The catalog at `path` as others write it, through a connection of its own that only reads. No writer waits for
    /// it, and it waits for none.
    ///
    /// - Parameter wait: for what other processes hold for moments.
    /// - Throws: ``CatalogError``, also where the file is of another format than this program's.
    package static func openReader(
        path: String, wait: OpenWait = OpenWait(limit: 5)
    ) throws(CatalogError) -> SnapshotCatalog {
        do {
            try refuseOtherThanFiles(path)
            var configuration = configuration(wait, path)
            configuration.readonly = true
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            try requireCurrent(queue, path: path)
            return SnapshotCatalog(path: path, database: queue)
        } catch {
            throw CatalogError(error, path: path)
        }
    }
}
