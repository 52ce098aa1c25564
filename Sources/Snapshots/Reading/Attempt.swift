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
    let window: Window
    /// The rows of the window's snapshot, where it has one already.
    var previous: PreviousRows?
    /// What still reads of the snapshot that it had, where that was damaged.
    var salvage: Salvage?

    enum Outcome: Sendable {
        case taken(TakenWindow)
        /// By the server's clock it is not closed yet.
        case open
        case failed(any Error)
    }

    /// How far a window has come whose end is settled by what is answered behind it.
    enum Reading: Sendable {
        case read(WindowTaker.OpenWindow, taker: WindowTaker, attempts: Int)
        /// There is nothing to be settled.
        case ended(Outcome)

        /// What was answered from the window's start on, where that is known.
        var first: RowBlock? {
            if case .read(let window, _, _) = self { window.first } else { nil }
        }
    }

    /// Reads the window, and asks for the rows at its end.
    func take() async -> Outcome {
        await take(from: 1, taker())
    }

    private func take(from attempt: Int, _ taker: WindowTaker) async -> Outcome {
        switch await read(from: attempt, body: { try await taker.take(window) }) {
        case .success((var taken, let began, let attempts)?):
            // The answers told the server's clock, by which the window may not be closed.
            taken.capturedAt = min(taken.capturedAt, context.serverNow.corrected(began))
            guard context.isClosed(window, at: taken.capturedAt) else {
                if let draft = taken.draft { locked.discard(draft) }
                return .open
            }
            taken.attempts = attempts
            return .taken(taken)
        case .success(nil): return .open
        case .failure(let error): return .failed(error)
        }
    }

    /// Reads the window up to its end.
    func read() async -> Reading {
        let taker = taker()
        switch await read(from: 1, body: { try await taker.read(window) }) {
        case .success((var read, let began, let attempts)?):
            read.taken.capturedAt = min(read.taken.capturedAt, context.serverNow.corrected(began))
            guard context.isClosed(window, at: read.taken.capturedAt) else {
                taker.discard(read)
                return .ended(.open)
            }
            return .read(read, taker: taker, attempts: attempts)
        case .success(nil): return .ended(.open)
        case .failure(let error): return .ended(.failed(error))
        }
    }

    /// Settles the window's end; reads all of it again where that cannot be.
    ///
    /// - Parameter next: as ``WindowTaker/finish(_:before:)`` takes it.
    func finish(_ reading: Reading, before next: RowBlock?) async -> Outcome {
        switch reading {
        case .ended(let outcome): return outcome
        case .read(let read, let taker, let attempts):
            do {
                var taken = try await taker.finish(read, before: next)
                taken.attempts = attempts
                return .taken(taken)
            } catch let error as SnapshotError where error.isTransient && attempts < context.configuration.attempts {
                do { try await context.pause(beforeAttempt: attempts + 1) } catch { return .failed(error) }
                return await take(from: attempts + 1, taker)
            } catch {
                return .failed(error)
            }
        }
    }

    /// Tries until nothing moves; nil where the window is not closed by the server's clock.
    private func read<Read: Sendable>(
        from first: Int, body: () async throws -> Read
    ) async -> Result<(Read, began: Date, attempts: Int)?, any Error> {
        var attempt = first
        while true {
            do {
                try Task.checkCancellation()
                guard context.isClosed(window) else { return .success(nil) }
                let began = context.connection.now()
                return .success((try await body(), began, attempt))
            } catch let error as SnapshotError where error.isTransient && attempt < context.configuration.attempts {
                attempt += 1
                do { try await context.pause(beforeAttempt: attempt) } catch { return .failure(error) }
            } catch {
                return .failure(error)
            }
        }
    }

    private func taker() -> WindowTaker {
        let locked = locked
        return WindowTaker(
            reader: context.reader(task: locked.task, tally: RequestTally()),
            encoders: context.encoders,
            makeDraft: { window in try locked.beginDraft(at: locked.address(of: window)) },
            discardDraft: { draft in locked.discard(draft) },
            previous: previous, now: { context.serverNow.now }, salvage: salvage)
    }
}
