import Archive
import Foundation
import Logging
import OctoparseAPI
import StorageTime

/// What all windows of a run share.
final class SessionContext: Sendable {
    let pages: any PageSource
    /// The API's host, by which a vault tells one account's rows from another's.
    let host: String
    let clock: StorageClock
    let settle: Seconds
    let configuration: TakingConfiguration
    let encoders: EncoderPool
    let serverNow: ServerNow
    let endCheck: ServerCheck
    let serverTrust: ServerTrust
    let density: Density
    let sleep: @Sendable (Duration) async throws -> Void
    /// Asked before each window; once it says no, the windows in flight are finished and no more are begun.
    let mayGoOn: @Sendable () -> Bool
    let report: @Sendable (SnapshotEvent) -> Void

    init(
        pages: any PageSource, host: String, clock: StorageClock, settle: Seconds, configuration: TakingConfiguration,
        encoders: EncoderPool, serverNow: ServerNow, endCheck: ServerCheck = ServerCheck(),
        serverTrust: ServerTrust = ServerTrust(), density: Density = Density(),
        sleep: @escaping @Sendable (Duration) async throws -> Void,
        mayGoOn: @escaping @Sendable () -> Bool = { true }, report: @escaping @Sendable (SnapshotEvent) -> Void
    ) {
        self.pages = pages
        self.host = host
        self.clock = clock
        self.settle = settle
        self.configuration = configuration
        self.encoders = encoders
        self.serverNow = serverNow
        self.endCheck = endCheck
        self.serverTrust = serverTrust
        self.density = density
        self.sleep = sleep
        self.mayGoOn = mayGoOn
        self.report = report
    }

    /// The same, with windows tried so often.
    func trying(_ attempts: Int) -> SessionContext {
        var configuration = configuration
        configuration.attempts = attempts
        return with(configuration, serverTrust, density)
    }

    /// The same, with what answers tell noted there.
    func remembering(_ memory: TaskSession.Memory) -> SessionContext {
        with(configuration, memory.serverTrust, memory.density)
    }

    private func with(
        _ configuration: TakingConfiguration, _ serverTrust: ServerTrust, _ density: Density
    ) -> SessionContext {
        SessionContext(
            pages: pages, host: host, clock: clock, settle: settle, configuration: configuration, encoders: encoders,
            serverNow: serverNow, endCheck: endCheck, serverTrust: serverTrust, density: density, sleep: sleep,
            mayGoOn: mayGoOn, report: report)
    }

    func reader(task: TaskID, tally: RequestTally = RequestTally()) -> WindowReader {
        WindowReader(
            pages: DatedPages(pages: pages, serverNow: serverNow), task: task.text, configuration: configuration,
            pause: { try await self.pause(beforeAttempt: $0) }, tally: tally, endCheck: endCheck,
            serverTrust: serverTrust, density: density)
    }

    /// Waits before the second and each further attempt, twice as long each time.
    func pause(beforeAttempt attempt: Int) async throws {
        try await sleep(configuration.retryPause * (1 << max(0, min(attempt - 2, 10))))
    }

    func isClosed(_ window: Window) -> Bool {
        clock.isClosed(window, at: serverNow.now, settle: settle)
    }
}
