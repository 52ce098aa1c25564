import RowJSON
import StorageTime

/// The pieces of a window on their way, oldest first: which is to be asked for, which can be finished, which is to be
/// handed on.
///
/// A piece is finished only when the next one was answered, for that tells whether its end must be asked for.
struct PieceQueue<Finished: Sendable>: Sendable {
    /// What is to be done with a piece.
    enum Work: Sendable {
        case ask(Window)
        /// - next: what was answered for the next piece, where that is known.
        case finish(Window, WindowReader.WholeAnswer, next: RowBlock?)
    }

    /// A piece that can be handed on.
    enum Ready: Sendable {
        case finished(Finished)
        /// It is to be paged through.
        case paged(Window, size: Int)
    }

    private enum State {
        case isAsked
        case answered(WindowReader.WholeAnswer)
        /// The answer is kept for the piece before, until this one is handed on.
        case isFinishing(RowBlock)
        case finished(Finished, RowBlock)
        case paged(size: Int)
    }

    private var pieces: [Window]
    private var states: [Window: State] = [:]
    /// How many pieces are worked on at a time.
    private let width: Int
    /// Whether the last piece is left unfinished, for what is answered behind the window to tell about its end.
    private let isOpenEnded: Bool
    private var running = 0

    init(_ window: Window, width: Int, isOpenEnded: Bool = false) {
        self.init([window], width: width, isOpenEnded: isOpenEnded)
    }

    /// - Parameter pieces: joining, oldest first; at least one.
    init(_ pieces: [Window], width: Int, isOpenEnded: Bool = false) {
        self.pieces = pieces
        self.width = width
        self.isOpenEnded = isOpenEnded
    }

    /// Whether every piece was handed on.
    var isEmpty: Bool { pieces.isEmpty }

    /// What can be begun now; nil where something has to end first.
    ///
    /// Of the pieces behind the oldest no more are asked for than are worked on at a time.
    ///
    /// - Complexity: O(*width*).
    mutating func nextWork() -> Work? {
        guard running < width else { return nil }
        for index in pieces.indices.prefix(width + 1) {
            let piece = pieces[index]
            switch states[piece] {
            case nil:
                states[piece] = .isAsked
                running += 1
                return .ask(piece)
            case .answered(let answer):
                guard let next = rows(after: index) else { continue }
                states[piece] = .isFinishing(answer.rows)
                running += 1
                return .finish(piece, answer, next: next)
            case .isAsked, .isFinishing, .finished, .paged: continue
            }
        }
        return nil
    }

    /// The rows answered for the piece after that at `index`: nil while they may still come, none where they will not.
    private func rows(after index: Int) -> RowBlock?? {
        guard index + 1 < pieces.count else { return isOpenEnded ? nil : .some(nil) }
        return switch states[pieces[index + 1]] {
        case nil, .isAsked: nil
        case .answered(let answer): answer.rows
        case .isFinishing(let rows), .finished(_, let rows): rows
        case .paged: .some(nil)
        }
    }

    /// The last piece, once it is the only one left and was answered; of an open-ended window only.
    mutating func popOpenEnd() -> (piece: Window, answer: WindowReader.WholeAnswer)? {
        guard isOpenEnded, pieces.count == 1, let piece = pieces.first, case .answered(let answer) = states[piece]
        else { return nil }
        pieces = []
        states = [:]
        return (piece, answer)
    }

    mutating func note(_ answer: WindowReader.PieceAnswer<WindowReader.WholeAnswer>, for piece: Window) {
        note(answer, for: piece) { .answered($0) }
    }

    mutating func note(_ answer: WindowReader.PieceAnswer<Finished>, for piece: Window) {
        guard case .isFinishing(let rows) = states[piece] else { return }
        note(answer, for: piece) { .finished($0, rows) }
    }

    private mutating func note<Rows>(
        _ answer: WindowReader.PieceAnswer<Rows>, for piece: Window, state: (Rows) -> State
    ) {
        running -= 1
        switch answer {
        case .rows(let rows): states[piece] = state(rows)
        case .paged(let size): states[piece] = .paged(size: size)
        case .cut(let cut):
            states[piece] = nil
            guard let index = pieces.firstIndex(of: piece) else { return }
            pieces.replaceSubrange(index...index, with: cut.pieces)
        }
    }

    /// The oldest piece, once its rows are there or are to be paged through.
    ///
    /// - Returns: also whether it was the last.
    mutating func popReady() -> (Ready, isLast: Bool)? {
        guard let head = pieces.first else { return nil }
        let ready: Ready
        switch states[head] {
        case .finished(let finished, _): ready = .finished(finished)
        case .paged(let size): ready = .paged(head, size: size)
        case nil, .isAsked, .answered, .isFinishing: return nil
        }
        pieces.removeFirst()
        states[head] = nil
        return (ready, pieces.isEmpty)
    }
}
