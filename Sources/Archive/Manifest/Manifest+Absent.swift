import Records
package import StorageTime

extension Manifest {
    /// Which rows of a window the API no longer had when it was last taken.
    package struct AbsentRows: Sendable, Hashable {
        /// Their places among the window's rows, or the snapshot's, as ascending runs.
        package var runs: [Range<Int>] = []
        /// How many windows have such rows and do not say which: they were last taken before manifests did.
        package var untoldWindows = 0

        package init() {}
    }

    /// - Parameter window: the snapshot's, nil for a capture, or that of one of its parts.
    package func absentRows(of window: Window?) -> AbsentRows {
        var found = AbsentRows()
        if window != self.window {
            if let part = window.flatMap(part(of:)) {
                found.add(part.absent, kept: part.kept, rows: part.rows, from: 0)
            }
            return found
        }
        if parts.isEmpty {
            found.add(absent, kept: kept, rows: rows, from: 0)
            return found
        }
        var first = 0
        for part in parts where part.state != .pruned {
            found.add(part.absent, kept: part.kept, rows: part.rows, from: first)
            first += part.rows
        }
        return found
    }
}

extension Manifest.AbsentRows {
    fileprivate mutating func add(_ absent: [Range<Int>]?, kept: Int, rows: Int, from first: Int) {
        guard kept > 0 else { return }
        if kept == rows {
            runs.append(first..<(first + rows))
        } else if let absent {
            runs += absent.map { ($0.lowerBound + first)..<($0.upperBound + first) }
        } else {
            untoldWindows += 1
        }
    }
}
