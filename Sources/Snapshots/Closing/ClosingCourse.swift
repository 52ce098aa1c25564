import StorageTime

/// One way of a ``ClosingMachine`` through the answers so far, up to the first that is still wanted.
struct ClosingCourse {
    typealias Reason = ClosingMachine.Reason

    /// An answer is wanted.
    struct Pending: Error {
        let step: ClosingMachine.Step
    }

    let plan: ClosingMachine
    /// The batch as it was last read.
    var windows: [ClosedWindow]
    var lastClosed: ClosedWindow?
    private(set) var doubt: Int
    var ending = ClosingMachine.Ending()
    private(set) var contradictions = 0
    var agreements = 0
    private var rest: ArraySlice<ClosingMachine.Answer>

    init(_ plan: ClosingMachine, _ answers: [ClosingMachine.Answer]) {
        self.plan = plan
        windows = plan.batch
        lastClosed = plan.lastClosed
        doubt = plan.doubt
        rest = answers[...]
    }

    mutating func answer(to step: ClosingMachine.Step) throws -> ClosingMachine.Answer {
        guard let answer = rest.popFirst() else { throw Pending(step: step) }
        if case .failed(let number) = answer { throw Reason.failed(number) }
        return answer
    }

    mutating func count(from: StorageInstant, to: StorageInstant) throws -> Int {
        guard case .counted(let total) = try answer(to: .count(from: from, to: to)) else { return 0 }
        return total
    }

    mutating func countInstant(_ instant: StorageInstant) throws -> Int {
        guard case .counted(let total) = try answer(to: .countInstant(instant)) else { return 0 }
        return total
    }

    mutating func largestCount(
        from: StorageInstant, to: StorageInstant, asks: Int, until isEnough: (Int) -> Bool
    ) throws -> Int {
        var most = 0
        for _ in 0..<asks where !isEnough(most) { most = max(most, try count(from: from, to: to)) }
        return most
    }

    /// What the server counts in joining windows, held against what is expected. It is asked again where the server is
    /// doubted, or where nothing else would show that a count is too small.
    ///
    /// - Parameters:
    ///   - mayBalance: whether rows that stand in two of the windows may make up for others that are left out.
    ///   - isOpenAtStart: whether nothing vouches for the rows at `from`.
    /// - Returns: the most that the server says; it is asked no more once that exceeds what is expected.
    mutating func count(
        _ from: StorageInstant, _ to: StorageInstant, expected: Int, mayBalance: Bool = false,
        isOpenAtStart: Bool = false
    ) throws -> Int {
        let asks = isOpenAtStart ? 3 + doubt : mayBalance ? max(2, 1 + doubt) : max(1, doubt)
        return try largestCount(from: from, to: to, asks: asks) { $0 > expected }
    }

    /// How many rows are stored from `from` up to `end`, whatever the server says of `end` itself: what it counts up to
    /// a second later, less what it counts in that second.
    mutating func countUpToOpenEnd(
        _ from: StorageInstant, _ end: StorageInstant, expected: Int, isOpenAtStart: Bool = false
    ) throws -> Int {
        let beyond = end.advanced(by: 1)
        let all = try largestCount(from: from, to: beyond, asks: isOpenAtStart ? 3 + doubt : 1) { _ in false }
        guard all > 0 else { return 0 }
        let asks = doubt > 0 ? 2 + doubt : 1
        let second = try largestCount(from: end, to: beyond, asks: asks) { all.subtracting(held: $0) < expected }
        return all.subtracting(held: second)
    }

    mutating func contradict() {
        contradictions += 1
        doubt = min(doubt + 1, 2)
    }

    /// The window that ends where the one at a place starts: closed before, or covered.
    func predecessor(of place: Int) -> ClosedWindow? {
        if let lastClosed, lastClosed.window.to == windows[place].window.from { return lastClosed }
        return plan.before[place]
    }

    func isOpenAtEnd(_ place: Int) -> Bool {
        windows[place].edgeRows == 0 && plan.behind[place] == nil
    }

    static func sum(_ windows: [ClosedWindow]) -> Int {
        Closing.expectedTotal(of: windows.map { ($0.rows, $0.edgeRows) })
    }
}
