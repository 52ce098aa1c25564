package import Archive

/// What happens while captures are taken, for progress bars and logs.
package enum CaptureEvent: Sendable {
    /// Another process holds the task.
    case waiting(task: TaskID)
    /// Rows were read: so many of so many, by the first pass or by the one that proves it.
    case read(task: TaskID, rows: Int, total: Int, pass: Int)
    /// What was read contradicts itself: all is read again.
    case again(task: TaskID, error: any Error)
    /// A batch of unexported rows is on disk.
    case batch(task: TaskID, rows: Int, left: Int)
    /// A request for unexported rows failed, and may have had its effect on the server: that many rows are at stake.
    case inDoubt(task: TaskID, rows: Int, error: any Error)
    /// Unexported rows could not be stored as a capture, and lie in a file of `lost+found/`.
    case kept(task: TaskID, path: String, error: any Error)
    /// Rows left the server's list of unexported rows and did not arrive.
    case lost(task: TaskID, rows: Int)
    /// Unexported rows were marked as exported that were not fetched here.
    case markedUnread(task: TaskID, rows: Int)
    /// Unexported rows like those stored last are there after a mark that nobody can tell to have taken: they count as
    /// the same.
    case cannotTell(task: TaskID, rows: Int)
}
