package import Foundation
package import Jobs
package import Logging
import ServiceLifecycle
package import UnixSignals

/// Reads the job files again on SIGHUP and gives them to a scheduler. Files that are wrong change nothing.
package struct ReloadService<Signals: AsyncSequence & Sendable>: Service
where Signals.Element == UnixSignal {
    /// What a reload brings: the jobs, and the last firing known of each.
    package struct Loaded: Sendable {
        package var jobs: JobSet
        package var lastScheduled: [String: Date]

        package init(jobs: JobSet, lastScheduled: [String: Date] = [:]) {
            self.jobs = jobs
            self.lastScheduled = lastScheduled
        }
    }

    private let signals: Signals
    private let scheduler: SchedulerService
    private let manager: ServiceManager
    private let logger: Logger
    private let load: @Sendable () async throws -> Loaded

    /// - Parameters:
    ///   - signals: `await UnixSignalsSequence(trapping: .sighup)`, made before anyone is told that the service is
    ///     ready: until then the signal ends the process.
    ///   - load: reads the files. What it throws is logged, all problems of ``JobFilesError`` one by one.
    package init(
        signals: Signals, scheduler: SchedulerService, manager: ServiceManager = .none, logger: Logger,
        load: @escaping @Sendable () async throws -> Loaded
    ) {
        self.signals = signals
        self.scheduler = scheduler
        self.manager = manager
        self.logger = logger
        self.load = load
    }

    /// Serves signals until a graceful shutdown or the end of its task.
    package func run() async throws {
        for try await _ in signals.cancelOnGracefulShutdown() {
            manager.reloading()
            await reload()
        }
    }

    private func reload() async {
        do {
            let loaded = try await load()
            await scheduler.reload(loaded.jobs, lastScheduled: loaded.lastScheduled)
            logger.notice("The job files are read again", metadata: [LogKey.count: "\(loaded.jobs.jobs.count)"])
            manager.ready("The job files are read again")
        } catch let error as JobFilesError {
            for problem in error.problems {
                logger.error("A job file is wrong", metadata: [LogKey.reason: "\(problem)"])
            }
            refused()
        } catch {
            logger.error("The job files cannot be read", metadata: [LogKey.reason: "\(error)"])
            refused()
        }
    }

    private func refused() {
        logger.warning("The jobs stay as they were")
        manager.ready("The job files are wrong: the jobs stay as they were")
    }
}
