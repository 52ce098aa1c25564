import Cron
package import Foundation

extension DueTimes {
    /// The jobs from now on: the first ones, or those of files read again. Runs under way are not touched.
    ///
    /// A job that is new fires at once where it never ran or has missed a firing. One whose schedule has changed goes
    /// on with the first firing of the new one. One that is gone fires no more, and what it had queued is dropped.
    ///
    /// - Parameter lastScheduled: the last firing known of each job that ever ran. Those of jobs loaded before are of
    ///   no interest. One more than ``smallStep`` ahead of `now` is a clock's that has been set back since.
    /// - Returns: what starts. Calling it again with the same jobs changes nothing.
    /// - Complexity: O(*n*) in the jobs.
    package mutating func load(
        _ jobs: [JobTiming], lastScheduled: [String: Date] = [:], at now: Date
    ) -> [Action] {
        guard !isStopped else { return [] }
        remove(allBut: Set(jobs.map(\.name)))
        for timing in jobs {
            if entries[timing.name] == nil {
                add(timing, last: lastScheduled[timing.name], at: now)
            } else {
                change(to: timing, at: now)
            }
        }
        updateWake()
        return look(at: now)
    }

    private mutating func remove(allBut names: Set<String>) {
        for name in entries.keys where !names.contains(name) {
            entries[name]?.isRemoved = true
            entries[name]?.pending = nil
            if entries[name]?.isRunning == false { entries[name] = nil }
        }
        line.removeAll { !names.contains($0) }
    }

    private mutating func add(_ timing: JobTiming, last: Date?, at now: Date) {
        let second = Date(timeIntervalSince1970: now.timeIntervalSince1970.rounded(.down))
        var entry = Entry(timing: timing, handled: last ?? second)
        if let last { entry.fired.note(last) }
        entry.forgetFuture(of: now)
        entry.next = entry.fired.next(of: timing.schedule, after: entry.handled)
        let missed = entry.next.flatMap { $0 <= now ? timing.schedule.latestFiring(from: $0, through: now) : nil }
        let due = missed ?? (last == nil ? second : nil)
        if let due { entry.fires(for: due) }
        entries[timing.name] = entry
        guard let due else { return }
        _ = offer(Pending(scheduledAt: due, reason: .missed), to: timing.name)
    }

    private mutating func change(to timing: JobTiming, at now: Date) {
        guard var entry = entries[timing.name] else { return }
        if entry.timing.schedule != timing.schedule || entry.isRemoved {
            entry.forgetFuture(of: now)
            entry.handled = max(entry.handled, now)
            entry.next = entry.fired.next(of: timing.schedule, after: entry.handled)
        }
        entry.timing = timing
        entry.isRemoved = false
        entries[timing.name] = entry
    }
}
