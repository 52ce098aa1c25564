/// Decides what a drain of unexported rows asks for next. Knows no server and no disk.
struct DrainCourse: Sendable, Hashable {
    /// What one request came to.
    enum Event: Sendable, Hashable {
        /// Rows arrived and are a capture on the device.
        case stored(rows: Int, total: Int)
        /// The server had no row to give.
        case nothing(total: Int)
        /// The server refused, and marked nothing as exported.
        case refused
        /// Nothing arrived, and the server may have marked rows as exported.
        case inDoubt
        /// Something arrived that could not be stored as a capture; its counts, where it could be read.
        case unstored(rows: Int, total: Int)
        case unread
    }

    enum Action: Sendable, Hashable {
        case ask(size: Int)
        /// Pause first, as before that attempt.
        case askAgain(attempt: Int, size: Int)
        case end(Ending)
    }

    enum Ending: Sendable, Hashable {
        /// Nothing was left.
        case drained
        /// The server speaks of rows and gives none.
        case withheld(total: Int)
        /// The server speaks of as many rows as ever, however many it gives.
        case endless(total: Int, answers: Int)
        /// The last error ends it.
        case failed
    }

    let batch: Int
    /// How many requests in doubt may follow each other.
    let attempts: Int
    private(set) var ledger = UnexportedLedger()
    /// Rows of which nobody can tell whether they are lost.
    private(set) var perhapsLost = 0
    /// Rows that requests in doubt may have marked, until a total tells.
    private var doubt = 0
    private var failures = 0
    private var size: Int
    private var left = FallingTotal()
    /// After how many answers in a row that lead no lower the drain ends.
    private let mostAnswersWithoutFall: Int

    init(batch: Int, attempts: Int, mostAnswersWithoutFall: Int) {
        self.batch = batch
        self.attempts = attempts
        self.mostAnswersWithoutFall = mostAnswersWithoutFall
        size = batch
    }

    var first: Action { .ask(size: batch) }

    /// Enters what the last request came to.
    mutating func next(after event: Event) -> Action {
        let asked = size
        switch event {
        case .stored(let rows, let total):
            guard settle(total: total, rows: rows) else { return .end(.failed) }
            // Shorter than asked, and all that the server spoke of: nothing was left at that moment.
            if rows < asked, total <= rows { return .end(.drained) }
            left.enter(total)
            guard left.answersWithoutFall < mostAnswersWithoutFall else {
                return .end(.endless(total: total, answers: left.answersWithoutFall))
            }
            size = batch
            return .ask(size: size)
        case .nothing(let total):
            guard settle(total: total, rows: 0) else { return .end(.failed) }
            return .end(total > 0 ? .withheld(total: total) : .drained)
        case .unstored(let rows, let total):
            _ = settle(total: total, rows: rows)
            return .end(.failed)
        case .refused, .unread:
            giveUpDoubt()
            return .end(.failed)
        case .inDoubt:
            doubt += asked
            failures += 1
            guard failures < attempts else {
                giveUpDoubt()
                return .end(.failed)
            }
            // One row is enough to learn the total, and all that is lost if this one fails as well.
            size = 1
            return .askAgain(attempt: failures + 1, size: size)
        }
    }

    /// The drain was stopped.
    mutating func stop() {
        giveUpDoubt()
    }

    private mutating func giveUpDoubt() {
        perhapsLost += doubt
        doubt = 0
    }

    /// Enters an answer's counts.
    ///
    /// - Returns: whether no request in doubt has lost rows: the total stands where the answers that arrived leave it.
    ///   Where nothing was left, that proves nothing: rows that came since may be gone again.
    private mutating func settle(total: Int, rows: Int) -> Bool {
        let leftBefore = ledger.left ?? 0
        let difference = ledger.note(total: total, rows: rows)
        guard doubt > 0 else { return true }
        defer {
            doubt = 0
            failures = 0
        }
        if difference == 0, leftBefore > 0 { return true }
        let proven = max(0, -(difference ?? 0))
        perhapsLost += max(0, doubt - proven)
        return false
    }
}
