import Synchronization

/// The rows of the front page as they were drawn last: of a thousand tasks most look as they did a moment ago, and to
/// draw them all takes most of a page's time.
package final class TaskRowMemory: Sendable {
    private let kept = Mutex<(rows: [TaskRow: String], drawn: Int)>(([:], 0))

    /// How many rows were drawn so far.
    package var drawn: Int { kept.withLock { $0.drawn } }

    /// The rows below each other; only those that nobody drew the last time are drawn. Rows that are not among them are
    /// forgotten.
    func text(of rows: [TaskRow], draw: (TaskRow) -> String) -> String {
        let known = kept.withLock { $0.rows }
        var next: [TaskRow: String] = [:]
        next.reserveCapacity(rows.count)
        var drawn = 0
        var text = ""
        for row in rows {
            let drawing = known[row] ?? next[row]
            if drawing == nil { drawn += 1 }
            let line = drawing ?? draw(row)
            next[row] = line
            if !text.isEmpty { text += "\n" }
            text += line
        }
        kept.withLock { $0 = (next, $0.drawn + drawn) }
        return text
    }
}
