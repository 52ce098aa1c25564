import Records
package import StorageTime

extension Manifest {
    /// The window whose rows a superseded archive holds: the snapshot's own or, of a compacted day, that of the one
    /// part that was taken again since. Nil where several were, for then nothing tells which.
    package func owner(of old: Superseded) -> Window? {
        guard !parts.isEmpty else { return window }
        let later = parts.filter { $0.revision > old.revision && $0.capturedAt >= old.capturedAt }
        return later.count == 1 ? later[0].window : nil
    }

    /// How many rows a window has in all of its archives, and the sum of their hashes: what its next revision is to
    /// hold, but for a row that came again in between and is in several of them.
    ///
    /// - Parameter window: the snapshot's, nil for a capture, or that of one of its parts.
    package func allRows(of window: Window?) -> (rows: Int, digest: RowsDigest) {
        var sum = (rows: rows, digest: rowsDigest)
        if window != self.window, let part = window.flatMap(part(of:)) { sum = (part.rows, part.rowsDigest) }
        guard let window else { return sum }
        let isWhole = window == self.window
        for old in superseded where isWhole || owner(of: old) == window {
            sum.rows += old.rows
            sum.digest.add(old.rowsDigest)
        }
        return sum
    }

    /// The superseded archives that hold rows of a window, newest first.
    package func superseded(of window: Window) -> [Superseded] {
        superseded.filter { owner(of: $0) == window }.reversed()
    }
}
