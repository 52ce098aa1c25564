import Archive
import Catalog
import Foundation
import OctoparseAPI
import StorageTime
import Vault

/// What is remembered of a task's server from run to run: for a day, or until it contradicts itself.
extension TaskSession {
    /// How many of a task's first windows are taken the careful way.
    static let untriedWindows = 8
    /// How long it is believed that the server heeds an interval's bounds, in seconds.
    private static let dayLength: TimeInterval = 86_400

    /// Takes up what earlier runs learnt of the server, once a run. A server of which nothing is known is not believed
    /// yet.
    ///
    /// - Parameter trustsLooks: whether a look within the last day tells that the server heeds an interval's bounds, as
    ///   to a job, whose many runs share one; whoever takes windows by hand has it looked at anew.
    mutating func recall(trustsLooks: Bool = false) {
        guard !memory.isRecalled else { return }
        memory.isRecalled = true
        // What cannot be read is learnt again.
        let learned = (try? locked.vault.catalog.learned(of: task.text, host: context.host)) ?? nil
        memory.learned = learned
        if let learned {
            memory.serverTrust.resume(
                .init(windowsLeft: learned.windowsLeft, doubt: learned.doubt, isUntried: learned.isUntried))
            if trustsLooks {
                memory.startHeededAt = learned.startHeededAt
                memory.endCheck = ServerCheck(hasPassed: isOfToday(learned.endHeededAt))
            }
            if let hours = learned.hourlyRows.flatMap(HourlyRows.init) { memory.density.resume(hours) }
        }
        if learned == nil || known.isEmpty { memory.serverTrust.begin(windows: Self.untriedWindows) }
        context = context.remembering(memory)
    }

    /// Writes down what this run learnt of the server, where that is new. Where it cannot be written, the next run
    /// learns it again.
    mutating func remember() {
        guard memory.isRecalled else { return }
        var learned = memory.learned ?? LearnedRecord()
        let standing = memory.serverTrust.standing
        (learned.doubt, learned.windowsLeft) = (standing.doubt, standing.windowsLeft)
        learned.isUntried = standing.isUntried
        learned.startHeededAt = memory.startHeededAt
        if memory.endCheck.hasAsked { learned.endHeededAt = context.serverNow.now }
        if memory.serverTrust.hasSeenContradiction { (learned.startHeededAt, learned.endHeededAt) = (nil, nil) }
        // Hours change with each window; what changed within a day is no reason to write.
        if !memory.density.isEmpty, !isOfToday(learned.hourlyRowsAt) {
            (learned.hourlyRows, learned.hourlyRowsAt) = (memory.density.hours.text, context.serverNow.now)
        }
        guard learned != memory.learned else { return }
        do {
            try locked.vault.catalog.record(learned, of: task.text, host: context.host)
            memory.learned = learned
        } catch {}
    }

    /// Asks once a day whether the server heeds `from` and `to` at all, and what its clock says.
    mutating func checkServer() async throws {
        guard !isOfToday(memory.startHeededAt) else { return }
        memory.isLookDue = true
        let page = try await context.reader(task: task).requireNothing(at: .farFuture, "far future")
        context.serverNow.learn(page.serverDate)
        memory.startHeededAt = context.serverNow.now
    }

    /// Whether an instant is less than a day ago. One that lies ahead is none of this clock's.
    private func isOfToday(_ instant: Date?) -> Bool {
        guard let instant else { return false }
        return (0..<Self.dayLength).contains(context.serverNow.now.timeIntervalSince(instant))
    }
}
