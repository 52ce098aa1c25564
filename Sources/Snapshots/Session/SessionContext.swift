import Archive
import Foundation
import Logging
import OctoparseAPI
import StorageTime

/// What all windows that are taken together share: the connection, and what the answers so far told.
struct SessionContext: Sendable {
    let connection: SnapshotConnection
    /// The connection's, with what these windows are taken by.
    var configuration: TakingConfiguration
    let settle: Seconds
    let encoders: EncoderPool
    let serverNow: ServerNow
    private(set) var endCheck = ServerCheck()
    private(set) var serverTrust = ServerTrust()
    private(set) var density = Density()
    /// Answers with rows that were thrown away so far.
    let wasted = RequestTally()
    /// Asked before each window; once it says no, the windows in flight are finished and no more are begun.
    let mayGoOn: @Sendable () -> Bool
    let report: @Sendable (SnapshotEvent) -> Void

    /// - Parameters:
    ///   - encoders: those of the run; nil makes some.
    ///   - serverNow: that of the run; nil begins one by the connection's clock.
    init(
        _ connection: SnapshotConnection, settle: Seconds? = nil, encoders: EncoderPool? = nil,
        serverNow: ServerNow? = nil,
        mayGoOn: @escaping @Sendable () -> Bool = { true }, report: @escaping @Sendable (SnapshotEvent) -> Void
    ) {
        self.connection = connection
        configuration = connection.configuration
        self.settle = settle ?? connection.settle
        self.encoders = encoders ?? EncoderPool(level: connection.configuration.compressionLevel)
        self.serverNow = serverNow ?? ServerNow(clock: connection.now)
        self.mayGoOn = mayGoOn
        self.report = report
    }

    var pages: any PageSource { connection.pages }
    /// The API's host, by which a vault tells one account's rows from another's.
    var host: String { connection.host }
    var clock: StorageClock { connection.clock }

    /// The same, with windows tried so often.
    func trying(_ attempts: Int) -> SessionContext {
        var context = self
        context.configuration.attempts = attempts
        return context
    }

    /// The same, with what answers tell kept there.
    func remembering(_ memory: TaskSession.Memory) -> SessionContext {
        var context = self
        context.endCheck = memory.endCheck
        context.serverTrust = memory.serverTrust
        context.density = memory.density
        return context
    }

    func reader(task: TaskID, tally: RequestTally = RequestTally()) -> WindowReader {
        WindowReader(
            pages: DatedPages(pages: pages, serverNow: serverNow), task: task.text, configuration: configuration,
            pause: { try await self.pause(beforeAttempt: $0) }, tally: tally, endCheck: endCheck,
            serverTrust: serverTrust, density: density, wasted: wasted)
    }

    /// Waits before the second and each further attempt, twice as long each time.
    func pause(beforeAttempt attempt: Int) async throws {
        try await connection.sleep(configuration.retryPause * (1 << max(0, min(attempt - 2, 10))))
    }

    /// Whether a window was closed at an instant; nil is now.
    func isClosed(_ window: Window, at instant: Date? = nil) -> Bool {
        clock.isClosed(window, at: instant ?? serverNow.now, settle: settle)
    }
}
