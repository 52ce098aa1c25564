import NIOPosix

/// A few threads for tasks that must not wait for others: those of a server in the process of its clients, which
/// answers however busy these are.
package final class OwnThreads: TaskExecutor {
    /// Those of servers.
    package static let servers = OwnThreads()
    private static let count = 2

    private let threads: NIOThreadPool

    /// Starts them; they last as long as the process.
    package init() {
        threads = NIOThreadPool(numberOfThreads: Self.count)
        threads.start()
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let executor = asUnownedTaskExecutor()
        threads.submit { _ in job.runSynchronously(on: executor) }
    }
}
