import Archive
import Foundation
import OctoparseAPI
import RowJSON
import StorageTime
import Vault

/// Reads one window, again where its rows moved meanwhile.
struct Attempt: Sendable {
    let context: SessionContext
    let locked: LockedTask

    enum Outcome: Sendable {
        case taken(TakenWindow)
        /// By the server's clock it is not closed yet.
        case open
        case failed(any Error)
    }

    /// - Parameters:
    ///   - previous: the rows of the window's snapshot, where it has one already.
    ///   - salvage: what still reads of the snapshot that it had, where that was damaged.
    func take(_ window: Window, replacing previous: PreviousRows?, salvage: Salvage? = nil) async -> Outcome {
        let tally = RequestTally()
        let locked = locked
        let taker = WindowTaker(
            reader: context.reader(task: locked.task, tally: tally),
            encoders: context.encoders,
            makeDraft: { window in try locked.beginDraft(at: locked.address(of: window)) },
            discardDraft: { draft in locked.discard(draft) },
            previous: previous, now: { context.serverNow.now }, salvage: salvage)
        var attempt = 1
        while true {
            do {
                try Task.checkCancellation()
                guard context.isClosed(window) else { return .open }
                var taken = try await taker.take(window)
                taken.attempts = attempt
                return .taken(taken)
            } catch let error as SnapshotError where error.isTransient && attempt < context.configuration.attempts {
                attempt += 1
                do { try await context.pause(beforeAttempt: attempt) } catch { return .failed(error) }
            } catch {
                return .failed(error)
            }
        }
    }
}
