import OctoparseAPI

extension SnapshotConnection {
    /// - Throws: ``SnapshotError/Code/noCursors`` where nothing is read by a cursor.
    func requireCursors() throws -> any CursorSource {
        guard let cursors else {
            throw SnapshotError(
                .noCursors, "rows behind a cursor cannot be asked of \(host)", hint: "use source: storage-time")
        }
        return cursors
    }
}
