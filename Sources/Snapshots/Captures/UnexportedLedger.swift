import StorageTime

/// Keeps the books of a drain: what the server's totals say of rows that came and of rows that went elsewhere.
///
/// From one answer to the next the total must fall by exactly the rows received. A larger fall is rows lost (or
/// exported by another program), a smaller one is rows that became unexported meanwhile. The API's page does not say
/// whether a total counts the rows of its own answer; it is read as if it did, until an answer holds more rows than its
/// total.
struct UnexportedLedger: Sendable, Hashable {
    /// What one answer said.
    struct Entry: Sendable, Hashable {
        let total: Int
        let rows: Int
    }

    /// The sums under one reading of the totals.
    private struct Sums: Sendable, Hashable {
        var arrived = 0
        var lost = 0

        mutating func add(_ difference: Int) {
            arrived.add(held: max(0, difference))
            lost.add(held: max(0, -difference))
        }
    }

    private(set) var last: Entry?
    private(set) var answers = 0
    private(set) var rows = 0
    private var countingOwnRows = Sums()
    private var countingWhatIsLeft = Sums()
    private var countsWhatIsLeft = false

    private var sums: Sums { countsWhatIsLeft ? countingWhatIsLeft : countingOwnRows }

    /// Rows that became unexported between two answers.
    var arrived: Int { sums.arrived }
    /// Rows by which totals fell without their having arrived. New rows that came at the same time hide as many.
    var lost: Int { sums.lost }
    /// Rows that the server still holds, by its last answer.
    var left: Int? { last.map { countsWhatIsLeft ? $0.total : max(0, $0.total - $0.rows) } }

    /// Enters an answer.
    ///
    /// - Returns: by how many rows the total is above (new rows) or below (lost rows) what the answer before leads to
    ///   expect; nil for the first.
    @discardableResult
    mutating func note(total: Int, rows count: Int) -> Int? {
        let entry = Entry(total: total, rows: count)
        if count > total { countsWhatIsLeft = true }
        defer {
            last = entry
            answers += 1
            rows += count
        }
        guard let last else { return nil }
        let byOwn = total - (last.total - last.rows)
        let byLeft = total - (last.total - count)
        countingOwnRows.add(byOwn)
        countingWhatIsLeft.add(byLeft)
        return countsWhatIsLeft ? byLeft : byOwn
    }
}
