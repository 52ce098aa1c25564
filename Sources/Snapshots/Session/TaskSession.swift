import Archive
import Catalog
import Foundation
import Logging
import OctoparseAPI
import Records
import RowJSON
import StorageTime
import Vault

/// Takes windows of one task while its lock is held: reads them several at a time, closes them in batches, publishes
/// them oldest first.
///
/// Whatever fails leaves its window due and everything published before it sealed.
struct TaskSession: Sendable {
    var context: SessionContext
    let locked: LockedTask
    /// As the API lists it; empty where it was not listed.
    var taskName: String
    /// The windows that have a snapshot already, which a new one replaces.
    let known: KnownWindows

    var summary = BackfillSummary()
    /// The windows that were begun, whatever came of them.
    var attempted: [Window] = []
    /// How many of them were begun for the rows at their ends alone.
    var attemptedEdges = 0
    /// How many windows were published.
    var publishedWindows = 0
    /// Windows that would not come to rest and may be cut into smaller ones.
    var movingWindows: [MovingWindow] = []
    var isTakingPieces = false
    /// How far the server's clock has certainly come; nil where nobody asked, or the zone is vouched for.
    var reachedUntil: StorageInstant?
    /// Whether windows are taken for the rows at their ends alone, which nobody asked for.
    var isTakingEdges = false
    /// Compacted days that were found damaged when one of their windows was to be taken again.
    var damagedDays: Set<Window> = []
    var memory: Memory
    /// What is to be counted again; a count of it is made together with the closing of windows where that tells as
    /// much.
    var recheck = RecheckPlan()

    /// What a task's windows taken so far in a run tell about those to come.
    struct Memory: Sendable {
        var emptyProof = EmptyProof()
        /// The last window closed, where the next may join it.
        var lastClosed: ClosedWindow?
        /// Whether an edge was seen to hold rows, now or by an earlier run: then the server counts both edges in.
        var sawEdgeRows = false
        var failuresInARow = 0
        let serverTrust = ServerTrust()
        let density = Density()
        /// What earlier runs learnt of the server, as the catalog has it.
        var learned: LearnedRecord?
        var isRecalled = false
        /// When the server was last seen to heed an interval's start.
        var startHeededAt: Date?
        var endCheck = ServerCheck()
        /// Whether the day's look at the server is due in this run, which goes the careful way at open ends as well.
        var isLookDue = false

        /// Windows before those that were taken come next: what is older has to be asked again.
        mutating func goBack() {
            emptyProof = EmptyProof()
            lastClosed = nil
        }
    }

    init(
        context: SessionContext, locked: LockedTask, taskName: String = "", known: KnownWindows,
        memory: Memory = Memory()
    ) {
        self.context = context
        self.locked = locked
        self.taskName = taskName
        self.known = known
        self.memory = memory
        self.context = context.remembering(memory)
        self.memory.sawEdgeRows = memory.sawEdgeRows || known.hasClosedEdges
    }

    var task: TaskID { locked.task }

    /// Takes `windows`, which are closed, ascending and apart, and accounts for each in ``summary``; ends early, with
    /// whole windows, when it may not go on.
    ///
    /// - Throws: `CancellationError`; and the error that makes going on pointless, after the rest of the windows was
    ///   recorded as failed with it.
    mutating func take(_ windows: [Window]) async throws {
        defer { summary.wasted = context.wasted.count }
        let stale = try await windowsWithStaleEnds(beside: windows)
        if !stale.isEmpty { memory.goBack() }
        do {
            try await takeWhole(stale.isEmpty ? windows : (windows + stale).sorted())
        } catch {
            recordMovingWindows()
            throw error
        }
        try await takePieces()
        try await takeDamagedDays()
    }

    /// Covered windows at whose end as many rows do not stand any more as when they were taken, where the window that
    /// starts there is taken again.
    ///
    /// What a window's count must be includes the rows at its end, which are the next window's. When one of these went,
    /// a count over the first window alone proves nothing any more: a row that came late to it makes up for the one
    /// that went. So it is taken again as well. Costs a request for each window at whose end rows stood.
    private func windowsWithStaleEnds(beside windows: [Window]) async throws -> [Window] {
        let taken = Set(windows)
        var stale: [Window] = []
        for window in windows where known.contains(window) && context.mayGoOn() {
            guard let left = known.ending(at: window.from), left.facts.edgeRows > 0, left.state != .pruned,
                !taken.contains(left.window)
            else { continue }
            do {
                let page = try await context.reader(task: task).count(from: window.from, to: window.from)
                if page.total != left.facts.edgeRows { stale.append(left.window) }
            } catch let error as CancellationError {
                throw error
            } catch {
                // What stands there is not known: taking the window again tells, or says why it cannot be told.
                stale.append(left.window)
            }
        }
        return stale
    }

    /// Reads a window, over the snapshot that it has.
    func attempt(_ window: Window) async -> Attempt.Outcome {
        do {
            let home = try home(of: window)
            guard home == locked.address(of: window) else { return try await attempt(window, partOf: home) }
            try locked.quarantine(home)
            let outcome = await Attempt(
                context: context, locked: locked, window: window, previous: try previousRows(of: window, in: home),
                salvage: try locked.salvage(at: home)
            ).take()
            // The archive that the window has turned out to be damaged: what still reads of it is taken over instead.
            guard case .failed(let error as ArchiveError) = outcome, try locked.noteDamage(error, at: home) else {
                return outcome
            }
            return await attempt(window)
        } catch {
            // So did one of its superseded archives.
            if let error = error as? ArchiveError, let home = try? home(of: window),
                (try? locked.noteDamage(error, at: home)) ?? false
            {
                return await attempt(window)
            }
            return .failed(error)
        }
    }

    /// Where the snapshot lies that the window has or is to get.
    func home(of window: Window) throws -> SnapshotAddress {
        known.contains(window) ? try locked.home(of: window) : locked.address(of: window)
    }

    func previousRows(of window: Window, in home: SnapshotAddress) throws -> PreviousRows? {
        guard known.contains(window), let manifest = try locked.manifest(of: window, in: home) else { return nil }
        return try PreviousRows(of: window, in: home, locked: locked, manifest: manifest)
    }

    func discard(_ taken: TakenWindow) {
        if let draft = taken.draft { locked.discard(draft) }
    }

    /// Records a failed window; throws the error on where the windows after it would fare no better.
    mutating func fail(_ window: Window?, _ error: any Error, through last: Window? = nil) throws {
        if error is CancellationError { throw error }
        if let damaged = error as? DamagedDay { return note(damaged) }
        guard let window else { throw error }
        memory.failuresInARow += 1
        if memory.failuresInARow < Self.mostFailuresInARow, putOff(window, error) { return }
        let isHopeless = FailureScope.stopsTask(error) || memory.failuresInARow >= Self.mostFailuresInARow
        let end = isHopeless ? last.map { max($0.to, window.to) } ?? window.to : window.to
        let stretch = (try? Window(from: window.from, to: end)) ?? window
        summary.failed.append(.init(task: task.text, window: stretch, error: error))
        context.report(.failed(task: task.text, window: stretch, error: error))
        if isHopeless { throw StoppedTask(error: error) }
    }
}

extension TaskSession {
    /// Records that none of a plan's windows can be taken.
    mutating func fail(_ error: any Error, all plan: RunPlan) throws -> StoppedTask {
        if error is CancellationError { throw error }
        let ranges = plan.windows + plan.recheck.counts.compactMap(\.range) + plan.recheck.fetches.map(\.window)
        let stretch = WindowSet(ranges).bounds
        summary.failed.append(.init(task: task.text, window: stretch, error: error))
        context.report(.failed(task: task.text, window: stretch, error: error))
        return StoppedTask(error: error)
    }
}

/// The rest of a task's windows was recorded as failed.
struct StoppedTask: Error {
    let error: any Error
}
