import Operations
import Synchronization

/// A page as it was drawn last, for many who look at the same: one, so that it takes the room of one.
final class DrawnPage: Sendable {
    private struct Drawn {
        let reading: Int
        let runs: [RunBoard.Run]
        let body: [UInt8]
    }

    private let last = Mutex<Drawn?>(nil)

    /// The page of a reading of the vault and of the runs under way, drawn anew where either is another than the last.
    func body(_ reading: Int, _ runs: [RunBoard.Run], draw: () -> String) -> [UInt8] {
        let known = last.withLock { last -> [UInt8]? in
            if let last, last.reading == reading, last.runs == runs { return last.body }
            // The page is not kept twice while the next one is drawn.
            last = nil
            return nil
        }
        if let known { return known }
        let drawn = Drawn(reading: reading, runs: runs, body: Array(draw().utf8))
        last.withLock { $0 = drawn }
        return drawn.body
    }
}
