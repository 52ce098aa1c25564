package import StorageTime

/// What happens while windows are taken, for progress bars and logs.
package enum SnapshotEvent: Sendable {
    /// A task's windows are known: how many there are to take.
    case planned(task: String, windows: Int)
    /// A window was published.
    case published(task: String, window: Window, rows: Int, bytes: Int, state: String)
    /// A window was published that was taken for the rows at its end alone, and counts for nothing else.
    case edgeTaken(task: String, window: Window)
    /// A window turned out not to be closed by the server's clock.
    case open(task: String, window: Window)
    /// A window without rows is past by the account's zone, and by the server's own clock perhaps not: it was not
    /// taken.
    case unreached(task: String, window: Window, zone: String)
    /// Windows were given up.
    case failed(task: String, window: Window?, error: any Error)
    /// Of a window none of the rows came again, and as many others did: perhaps the cloud writes them in another form
    /// now. All of them are kept.
    case rewritten(task: String, window: Window)
    /// Windows were counted again: how many are as they were, and how many are to be taken again.
    case counted(task: String, windows: Int, moved: Int)
    /// Another process holds the task.
    case waiting(task: String)
}
