import Archive
import Foundation
import OctoparseAPI
import Records
import RowJSON
import Vault

/// Drains a task's unexported rows, while its lock is held.
///
/// Answering marks the rows as exported, so an answer that gets lost is rows lost. Therefore:
///
/// - One request at a time. Its answer is a capture on the device, archive and manifest, before the next is asked. A
///   crash in between loses at most that one batch.
/// - A request that failed is sent again only where the server certainly did not act on it. In doubt, the next request
///   asks for one row: its total tells whether rows are gone, and only where none is, the drain goes on.
/// - An answer that cannot be read, and rows that cannot be stored, are written as they are to
///   `lost+found/unexported/`.
/// - A stop waits for the batch in flight.
struct UnexportedDrain: Sendable {
    let context: SessionContext
    let locked: LockedTask
    var taskName = ""
    let now: @Sendable () -> Date
    let mayGoOn: @Sendable () -> Bool
    let report: @Sendable (CaptureEvent) -> Void

    /// What one request came to.
    private enum Step: Sendable {
        case stored(UnexportedStore.Stored, total: Int)
        case nothing(total: Int)
        case refused(any Error)
        case inDoubt(any Error)
        /// In a file of `lost+found/`; without counts, it could not be read.
        case kept(path: String, counts: UnexportedLedger.Entry?, any Error)
        /// Arrived, and could be written nowhere.
        case dropped(UnexportedLedger.Entry?, any Error)
    }

    /// - Parameter batch: rows asked for in one answer.
    func run(batch: Int) async -> CaptureOutcome {
        var outcome = CaptureOutcome(task: locked.task, source: .unexported, result: .drained)
        let vault = locked.vault
        let reserve = DiskReserve(
            path: vault.layout.path("locks/\(locked.task.folderName).reserve"), files: vault.configuration.files)
        defer { reserve.release() }
        do { try reserve.take() } catch {
            outcome.fail(error)
            return outcome
        }
        let store = UnexportedStore(context: context, locked: locked, taskName: taskName, reserve: reserve)
        var course = DrainCourse(
            batch: batch, attempts: context.configuration.attempts,
            mostAnswersWithoutFall: context.configuration.mostAnswersWithoutFall)
        var action = course.first
        while case .some(let size) = await size(of: action) {
            guard mayGoOn(), !Task.isCancelled else {
                course.stop()
                outcome.result = .stopped
                break
            }
            // Not cancelled with the rest: a batch is asked for and stored, or neither.
            let step = await Task { await ask(size, store) }.value
            let lostBefore = course.ledger.lost
            action = course.next(after: Self.event(step))
            account(for: step, size, course, &outcome)
            if course.ledger.lost > lostBefore {
                report(.lost(task: locked.task, rows: course.ledger.lost - lostBefore))
            }
        }
        if case .end(let ending) = action { conclude(ending, &outcome) }
        outcome.lost += course.ledger.lost
        outcome.perhapsLost += course.perhapsLost
        outcome.arrived = course.ledger.arrived
        outcome.left = course.ledger.left
        return outcome
    }

    /// How many rows to ask for now; nil at the end.
    private func size(of action: DrainCourse.Action) async -> Int? {
        switch action {
        case .ask(let size): return size
        case .askAgain(let attempt, let size):
            // A pause cut short is a stop, which is looked at next.
            try? await context.pause(beforeAttempt: attempt)
            return size
        case .end: return nil
        }
    }

    private func ask(_ size: Int, _ store: UnexportedStore) async -> Step {
        let moment = now()
        let page: Page
        do {
            page = try await context.pages.unexported(task: locked.task.text, size: size)
        } catch let error as APIError {
            if let answer = error.unreadAnswer, !answer.isEmpty { return keep(answer, store, at: moment, error) }
            return error.leavesRowsAlone ? .refused(error) : .inDoubt(error)
        } catch {
            return .inDoubt(error)
        }
        guard !page.rows.isEmpty else { return .nothing(total: page.total) }
        do {
            return .stored(try store.store(page, at: moment), total: page.total)
        } catch let kept as UnexportedStore.Kept {
            return .kept(path: kept.path, counts: .init(total: page.total, rows: page.rows.count), kept.cause)
        } catch {
            return .dropped(.init(total: page.total, rows: page.rows.count), error)
        }
    }

    private func keep(_ answer: [UInt8], _ store: UnexportedStore, at moment: Date, _ error: APIError) -> Step {
        do {
            return .kept(path: try store.keep(answer, ending: "answer", at: moment), counts: nil, error)
        } catch {
            return .dropped(nil, error)
        }
    }

    private static func event(_ step: Step) -> DrainCourse.Event {
        switch step {
        case .stored(let stored, let total): .stored(rows: stored.manifest.rows, total: total)
        case .nothing(let total): .nothing(total: total)
        case .refused: .refused
        case .inDoubt: .inDoubt
        case .kept(_, let counts?, _), .dropped(let counts?, _): .unstored(rows: counts.rows, total: counts.total)
        case .kept, .dropped: .unread
        }
    }

    private func account(for step: Step, _ size: Int, _ course: DrainCourse, _ outcome: inout CaptureOutcome) {
        switch step {
        case .stored(let stored, _):
            outcome.captures += 1
            outcome.rows += stored.manifest.rows
            outcome.bytes += stored.manifest.archive?.bytes ?? 0
            outcome.capturedAt = stored.manifest.capturedAt
            outcome.path = stored.path
            outcome.proof = stored.manifest.proof
            report(.batch(task: locked.task, rows: stored.manifest.rows, left: course.ledger.left ?? 0))
        case .nothing: break
        case .refused(let error): outcome.error = error
        case .inDoubt(let error):
            outcome.error = error
            report(.inDoubt(task: locked.task, rows: size, error: error))
        case .kept(let path, _, let error):
            outcome.error = error
            outcome.keptFiles.append(path)
            report(.kept(task: locked.task, path: path, error: error))
        case .dropped(let counts, let error):
            outcome.error = error
            if let counts { outcome.lost += counts.rows } else { outcome.perhapsLost += size }
            report(.lost(task: locked.task, rows: counts?.rows ?? size))
        }
    }

    private func conclude(_ ending: DrainCourse.Ending, _ outcome: inout CaptureOutcome) {
        switch ending {
        case .drained: outcome.error = nil
        case .withheld(let total):
            outcome.fail(
                SnapshotError(
                    .unstable, "task \(locked.task): the server says that \(total) rows are unexported, and gives none",
                    hint: "nothing was marked as exported; try again later"))
        case .endless(let total, let answers):
            outcome.fail(
                SnapshotError(
                    .unstable,
                    "task \(locked.task): the server says that \(total) rows are unexported, and \(answers) answers in a row "
                        + "have brought that no lower",
                    hint: "what came is stored; drain the rest later, with a larger batch where rows come as fast"))
        case .failed: outcome.result = .failed
        }
    }
}

extension CaptureOutcome {
    fileprivate mutating func fail(_ error: any Error) {
        result = .failed
        self.error = error
    }
}

extension APIError {
    /// Whether the server certainly marked no row as exported: it did not get the request, or answered with a refusal.
    fileprivate var leavesRowsAlone: Bool {
        switch code {
        case .credentialsRefused, .unauthorized, .taskUnknown, .pageSize, .wrongMethod, .rateLimited, .redirectRefused,
            .insecure, .tls, .badConfiguration, .notAllowed, .wrongAPI:
            true
        case .serverError, .unavailable, .network, .timeout, .malformed, .tooLarge, .unexpected:
            isBeforeSending
        }
    }
}
