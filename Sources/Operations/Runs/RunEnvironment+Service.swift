import Foundation
package import Jobs
import Logging
package import Scheduler
import ServiceLifecycle
import UnixSignals

extension RunEnvironment {
    /// Runs each job now, whatever its schedule.
    package func runOnce(_ jobs: [Job]) async throws -> [FinishedRun] { try await scheduler().runOnce(jobs) }

    /// Runs jobs on their schedules until it is told to stop: SIGTERM and SIGINT drain, SIGHUP reads the files again.
    ///
    /// - Parameter path: the job files.
    /// - Returns: the status that the signals stand for.
    package func serve(_ path: String) async throws -> ExitStatus {
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
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(services: [scheduler, reload], logger: logger))
        let stop = StopSignals(stops, drain: { await group.triggerGracefulShutdown() }, cut: { scheduler.cut() })
        defer { stop.cancel() }
        try await group.run()
        return stop.status
    }
}
