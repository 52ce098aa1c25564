import Archive
import OctoparseAPI
import RowJSON

/// What is known of the rows before a cursor, to tell whether an answer behind it begins with some of them.
struct CursorSeam: Sendable {
    private enum Tail: Sendable {
        case unread
        case read(RowBlock)
    }

    /// Whether the rows are those of an earlier run.
    private(set) var isBeforeRun: Bool
    /// The answer that ends at the cursor; nil where none is known.
    private(set) var last: LastAnswer?
    private var tail: Tail
    /// Whether a cursor of this run was seen to give its own row; nil before it was told.
    private var isInclusive: Bool?

    private init(isBeforeRun: Bool, last: LastAnswer?, tail: Tail) {
        self.isBeforeRun = isBeforeRun
        self.last = last
        self.tail = tail
    }

    /// Before the first row of a task.
    static let start = CursorSeam(isBeforeRun: false, last: nil, tail: .read(RowBlock()))

    /// Behind what the vault holds: the rows are read when they are first asked for.
    init(behind held: HeldIncrements) {
        self.init(isBeforeRun: true, last: held.newest?.manifest.range?.lastAnswer, tail: .unread)
    }

    /// The last rows by their bytes, as far as one answer holds them.
    mutating func rows(_ held: HeldIncrements?) throws -> RowBlock {
        if case .read(let rows) = tail { return rows }
        let read = try held.map { try $0.cursor == CursorRange.start ? RowBlock() : $0.tail() } ?? RowBlock()
        tail = .read(read)
        return read
    }

    /// Goes on behind an answer.
    mutating func advance(_ found: CursorReader.Found) {
        guard !found.page.rows.isEmpty else { return }
        if found.repeated > 0 {
            isInclusive = true
        } else if found.answer.asked != CursorRange.start, !isBeforeRun, isInclusive == nil {
            isInclusive = false
        }
        if let told = found.isInclusive { isInclusive = told }
        let new = found.newRows
        if !new.isEmpty {
            last = LastAnswer(
                after: found.answer.asked, rows: new.count,
                endsWith: LastAnswer.marks(last?.endsWith ?? [], then: new))
        }
        tail = .read(found.page.rows)
        isBeforeRun = false
    }

    /// Whether an answer whose counts add up may yet begin with rows from before the cursor, as many as others came
    /// there or are missing in the answer. Within a run whose cursors do not give their own rows, that takes a total
    /// that moved.
    func maySpan(_ rows: RowBlock, hasMoved: Bool) -> Bool {
        guard !rows.isEmpty, isBeforeRun || hasMoved || isInclusive != false else { return false }
        guard let last else { return isBeforeRun }
        let ends = Set(last.endsWith)
        return LastAnswer.marks(of: rows).contains { ends.contains($0) }
    }
}
