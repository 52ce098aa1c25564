import Synchronization

/// The cells of the front page's rows as they were drawn last: of a thousand tasks most look as they did a moment ago,
/// many bear the same ages, and to draw them all takes most of a page's time.
package final class CellMemory: Sendable {
    private let kept = Mutex<(cells: [TaskCell: String], drawn: Int)>(([:], 0))

    /// How many cells were drawn so far.
    package var drawn: Int { kept.withLock { $0.drawn } }

    /// The rows below each other; only cells that nobody drew this time or the last are drawn. Those that no row has
    /// any more are forgotten.
    func text(of rows: [TaskRow], draw: (TaskCell) -> String) -> String {
        let known = kept.withLock { $0.cells }
        var next: [TaskCell: String] = [:]
        next.reserveCapacity(known.count)
        var drawn = 0
        func text(of cell: TaskCell) -> String {
            if let drawing = next[cell] { return drawing }
            if known[cell] == nil { drawn += 1 }
            let drawing = known[cell] ?? draw(cell)
            next[cell] = drawing
            return drawing
        }
        let text = rows.map { $0.html(text) }.joined(separator: "\n")
        kept.withLock { $0 = (next, $0.drawn + drawn) }
        return text
    }
}
