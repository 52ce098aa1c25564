import Archive

/// Judges answers of rows behind a cursor by what they count. Knows no server and no disk.
///
/// Of a task whose first `held` rows are here, an answer of `n` rows that the server counts `total` rows by, with
/// `rest` left behind it, fits where `held + n = total - rest`. That is the rule that of two answers in a row the fall
/// of what is left, corrected by the rise of the total, is the number of rows in the second.
struct CursorLedger: Sendable, Hashable {
    /// What one answer counted.
    struct Answer: Sendable, Hashable {
        var asked: String
        var next: String
        var rows: Int
        var total: Int
        var rest: Int
    }

    enum Judgement: Sendable, Hashable {
        case fits
        /// So many fewer rows lie before the answer's end than are here and in it: the server lost rows, or gave rows
        /// again.
        case tooFew(Int)
        /// So many more: rows lie before the cursor that are not here.
        case tooMany(Int)
        /// No answer counts so: to be asked for again, for the reason given.
        case contradicts(String)
    }

    /// Rows before the cursor that are here and, by the last answer, at the server.
    private(set) var held: Int
    /// Rows in all by the last answer taken over; nil before the first.
    private(set) var total: Int?

    init(held: Int) { self.held = held }

    func judge(_ answer: Answer) -> Judgement {
        if answer.rows == 0, answer.rest > 0 { return .contradicts("it gives no row where \(answer.rest) are left") }
        if answer.rows + answer.rest > answer.total {
            return .contradicts(
                "it gives \(answer.rows) rows with \(answer.rest) left where there are \(answer.total) in all")
        }
        if answer.rows > 0 {
            if answer.next == answer.asked { return .contradicts("its cursor stands still at \(answer.next)") }
            if Self.isBefore(answer.next, answer.asked) {
                return .contradicts("its cursor goes back from \(answer.asked) to \(answer.next)")
            }
        }
        let excess = held + answer.rows - (answer.total - answer.rest)
        return excess == 0 ? .fits : excess > 0 ? .tooFew(excess) : .tooMany(-excess)
    }

    /// Takes an answer's rows over: from here on, what lies before its end is what it says.
    mutating func accept(_ answer: Answer) {
        held = answer.total - answer.rest
        total = answer.total
    }

    /// Whether a cursor lies before another one, where both are whole numbers, of any length.
    static func isBefore(_ one: String, _ other: String) -> Bool { CursorRange.isBefore(one, other) }
}
