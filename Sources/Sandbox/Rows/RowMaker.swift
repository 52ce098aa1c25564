/// Makes rows that are hard to back up, kind by kind, for tests to store: `store.insert(task: "t", rows: maker.rows)`.
///
/// Rows get a running number, so that each is told from the others, but where they are meant to be alike. They are
/// written without white space between tokens and without bare control characters, so that they come back byte by byte.
package struct RowMaker: Sendable {
    /// The rows made so far, in the order they were made.
    package private(set) var rows: [StoredRow] = []
    private var generator: SeededGenerator
    private var number = 0

    /// - Parameter seed: the same seed and calls make the same rows.
    package init(seed: UInt64 = 1) {
        generator = SeededGenerator(seed: seed)
    }

    /// Adds a row as it is given.
    package mutating func add(_ json: String, at time: StoredTime) {
        rows.append(StoredRow(time: time, bytes: Array(json.utf8)))
    }

    /// A time of the interval, to the millisecond, `to` left out.
    package mutating func time(from: StoredTime, to: StoredTime) -> StoredTime {
        guard from < to else { return from }
        return StoredTime(milliseconds: Int64.random(in: from.milliseconds..<to.milliseconds, using: &generator))
    }

    /// Rows at times that chance chooses, `to` left out.
    package mutating func spread(_ count: Int, from: StoredTime, to: StoredTime) {
        for _ in 0..<count { add(numbered(), at: time(from: from, to: to)) }
    }

    /// Rows in the very same second, at any of its milliseconds or, where not `fractions`, all at its first.
    package mutating func burst(_ count: Int, at time: StoredTime, fractions: Bool = true) {
        let second = StoredTime(milliseconds: time.milliseconds - time.milliseconds % 1000)
        for _ in 0..<count {
            add(numbered(), at: fractions ? self.time(from: second, to: second.advanced(byMilliseconds: 1000)) : second)
        }
    }

    /// Rows on the edges of a grid, `from` and `to` included, and before each but the first a row one millisecond
    /// early.
    ///
    /// - Parameters:
    ///   - step: seconds from edge to edge, at least 1; `from` is the first edge.
    ///   - rows: how many there are on each edge.
    package mutating func onEdges(every step: Int, from: StoredTime, to: StoredTime, rows: Int = 1) {
        let step = Int64(max(step, 1)) * 1000
        for edge in stride(from: from.milliseconds, through: to.milliseconds, by: Int(step)) {
            if edge > from.milliseconds { add(numbered(), at: StoredTime(milliseconds: edge - 1)) }
            for _ in 0..<rows { add(numbered(), at: StoredTime(milliseconds: edge)) }
        }
    }

    /// Rows that are equal byte by byte, and to no other made here, at so many instants chosen by chance, `to` left
    /// out.
    package mutating func identical(_ count: Int, from: StoredTime, to: StoredTime, instants: Int = 1) {
        let row = numbered()
        let times = (0..<max(instants, 1)).map { _ in time(from: from, to: to) }
        for index in 0..<count { add(row, at: times[index % times.count]) }
    }

    /// Each of ``HostileRows/exact`` once, at times that chance chooses, `to` left out.
    package mutating func hostile(from: StoredTime, to: StoredTime) {
        for row in HostileRows.exact { add(row, at: time(from: from, to: to)) }
    }

    /// Rows whose keys change as time goes on: some come, some go, in another order in each row, and names differ in
    /// case.
    package mutating func drifting(_ count: Int, from: StoredTime, to: StoredTime) {
        let span = to.milliseconds - from.milliseconds
        for index in 0..<count {
            number += 1
            // A window of eight of the keys, which moves on by a key every few rows.
            let first = index * 24 / max(count, 1)
            var keys = (first..<first + 8).map { $0 % 5 == 4 ? "Key\($0 - 1)" : "key\($0)" }
            keys.removeAll { _ in Int.random(in: 0..<4, using: &generator) == 0 }
            keys.shuffle(using: &generator)
            let fields = (["\"n\":\"\(number)\""] + keys.map { "\"\($0)\":\"\(number)-\($0)\"" }).shuffled(
                using: &generator)
            let time = from.advanced(byMilliseconds: span * Int64(index) / Int64(max(count, 1)))
            add("{\(fields.joined(separator: ","))}", at: time)
        }
    }

    private mutating func numbered() -> String {
        number += 1
        let text = String(generator.next() >> 32, radix: 36)
        return #"{"n":"\#(number)","text":"\#(text)"}"#
    }
}
