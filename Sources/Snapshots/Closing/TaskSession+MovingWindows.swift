import Archive
import StorageTime

/// A window whose rows kept moving while they were read.
struct MovingWindow: Sendable {
    let window: Window
    let error: any Error
}

extension TaskSession {
    /// Into how many pieces a window is cut that would not come to rest.
    private static let pieces = 4

    /// Notes a window that may be taken in pieces; false where it may not.
    ///
    /// One that has a snapshot stays as it is: its next revision has to hold that snapshot's rows.
    mutating func putOff(_ window: Window, _ error: any Error) -> Bool {
        guard let error = error as? SnapshotError, error.isTransient, !isTakingPieces, window.seconds >= Self.pieces,
            !known.contains(window)
        else { return false }
        movingWindows.append(MovingWindow(window: window, error: error))
        return true
    }

    /// Takes windows that would not come to rest in smaller pieces, each tried once: so what does stand still is
    /// sealed, and the next run has less to do.
    mutating func takePieces() async throws {
        let windows = movingWindows
        movingWindows = []
        guard !windows.isEmpty else { return }
        isTakingPieces = true
        let usual = context
        context = context.trying(1)
        defer {
            isTakingPieces = false
            context = usual
        }
        for item in windows {
            guard context.mayGoOn() else {
                record(item)
                continue
            }
            memory.failuresInARow = 0
            // Neighbours taken since do not come before it any more.
            memory.goBack()
            let length = (item.window.seconds + Self.pieces - 1) / Self.pieces
            try await takeWhole(item.window.pieces(of: length), isOneByOne: true)
        }
    }

    /// Records windows that were to be cut as failed, where the task is given up before.
    mutating func recordMovingWindows() {
        for item in movingWindows { record(item) }
        movingWindows = []
    }

    private mutating func record(_ item: MovingWindow) {
        summary.failed.append(.init(task: task.text, window: item.window, error: item.error))
        context.report(.failed(task: task.text, window: item.window, error: item.error))
    }
}

extension Window {
    /// Consecutive pieces of a length, oldest first, counted from the start; the last may be shorter.
    fileprivate func pieces(of seconds: Int) -> [Window] {
        var pieces: [Window] = []
        var rest = self
        while let (piece, after) = rest.split(at: rest.from.advanced(by: seconds)) {
            pieces.append(piece)
            rest = after
        }
        return pieces + [rest]
    }
}
