internal import Archive
internal import Foundation
internal import Logging
internal import OctoparseAPI
internal import StorageTime

/// What all windows of a run share.
struct SessionContext: Sendable {
    let pages: any PageSource
    /// The API's host, by which a vault tells one account's rows from another's.
    let host: String
    let clock: StorageClock
    let settle: Seconds
    var configuration: TakingConfiguration
    let encoders: EncoderPool
    let serverNow: ServerNow
    let sleep: @Sendable (Duration) async throws -> Void
    /// Asked before each window; once it says no, the windows in flight are finished and no more are begun.
    var mayGoOn: @Sendable () -> Bool = { true }
    let report: @Sendable (SnapshotEvent) -> Void

    func reader(task: TaskID, tally: RequestTally = RequestTally()) -> WindowReader {
        WindowReader(
            pages: DatedPages(pages: pages, serverNow: serverNow), task: task.text, configuration: configuration,
            pause: { try await pause(beforeAttempt: $0) }, tally: tally)
    }

    /// Waits before the second and each further attempt, twice as long each time.
    func pause(beforeAttempt attempt: Int) async throws {
        try await sleep(configuration.retryPause * (1 << max(0, min(attempt - 2, 10))))
    }

    func isClosed(_ window: Window) -> Bool {
        clock.isClosed(window, at: serverNow.now, settle: settle)
    }
}
