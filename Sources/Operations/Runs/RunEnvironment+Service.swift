import Foundation
package import Jobs
import Logging
package import Scheduler
package import ServiceLifecycle
import UnixSignals

extension RunEnvironment {
    /// Runs each job now, whatever its schedule.
    package func runOnce(_ jobs: [Job]) async throws -> [FinishedRun] { try await scheduler().runOnce(jobs) }

    /// Runs jobs on their schedules until it is told to stop: SIGTERM and SIGINT drain, SIGHUP reads the files again.
    ///
    /// - Parameters:
    ///   - path: the job files.
    ///   - page: makes a service that shows what goes on, and calls what it is given when it can be looked at: no job
    ///     runs before. It is stopped last.
    /// - Returns: the status that the signals stand for.
    package func serve(
        _ path: String, beside page: ((_ isListening: @escaping @Sendable () -> Void) -> any Service)? = nil
    ) async throws -> ExitStatus {
        // Trapped before anyone is told that the service is ready: until then a SIGHUP would end the process.
        let reloads = await UnixSignalsSequence(trapping: .sighup)
        let stops = await UnixSignalsSequence(trapping: .sigterm, .sigint)
        let orphans = OrphanReaper.isNeeded ? Task { await OrphanReaper.process.watch() } : nil
        defer { orphans?.cancel() }
        let manager = ServiceManager(environment: environment)
        let scheduler = try scheduler(manager)
        let reload = ReloadService(signals: reloads, scheduler: scheduler, manager: manager, logger: logger) {
            try await self.reload(path)
        }
        let (listening, sender) = AsyncStream<Void>.makeStream()
        let shown: [any Service] = page.map { [$0({ sender.finish() })] } ?? []
        if page == nil { sender.finish() }
        let watched = WatchedScheduler(scheduler: scheduler, board: board, listening: listening)
        let services: [any Service] = shown + [watched, reload]
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(services: services, logger: logger))
        let stop = StopSignals(stops, drain: { await group.triggerGracefulShutdown() }, cut: { scheduler.cut() })
        defer { stop.cancel() }
        try await group.run()
        return stop.status
    }
}

/// The scheduler, once the page can be looked at; the board says whether it runs.
private struct WatchedScheduler: Service {
    let scheduler: SchedulerService
    let board: RunBoard
    /// Ends when the page can be looked at.
    let listening: AsyncStream<Void>

    func run() async throws {
        for try await _ in listening.cancelOnGracefulShutdown() {}
        guard !Task.isCancelled else { return }
        board.isReady(true)
        defer { board.isReady(false) }
        try await withGracefulShutdownHandler {
            try await scheduler.run()
        } onGracefulShutdown: { [board] in
            board.stops()
        }
    }
}
