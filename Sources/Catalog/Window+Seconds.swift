import StorageTime

extension Window {
    /// A window from the catalog's own columns.
    ///
    /// - Throws: ``CatalogError/Code/corrupt`` where they hold no window.
    init(fromSeconds from: Int, toSeconds to: Int) throws {
        guard let start = StorageInstant(seconds: from), let end = StorageInstant(seconds: to), start < end else {
            throw CatalogError(
                .corrupt, "the catalog holds a window from \(from) to \(to), which is none",
                hint: "make it again from the manifests with `octovault catalog rebuild`")
        }
        try self.init(from: start, to: end)
    }
}
