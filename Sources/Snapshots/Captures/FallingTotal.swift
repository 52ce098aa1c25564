/// Follows the totals of rows that are left, as answers tell them: a drain that gets on leads them down.
struct FallingTotal: Sendable, Hashable {
    private var lowest = Int.max
    /// How many answers in a row have led no lower.
    private(set) var answersWithoutFall = 0

    mutating func enter(_ total: Int) {
        answersWithoutFall = total < lowest ? 0 : answersWithoutFall + 1
        lowest = min(lowest, total)
    }
}
