import NIOPosix

/// Threads of a server's own: one that runs in the process of its clients answers however busy these are.
package final class ServerThreads: TaskExecutor {
    package static let shared = ServerThreads()
    private static let count = 2

    private let threads: NIOThreadPool

    private init() {
        threads = NIOThreadPool(numberOfThreads: Self.count)
        threads.start()
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let executor = asUnownedTaskExecutor()
        threads.submit { _ in job.runSynchronously(on: executor) }
    }
}
