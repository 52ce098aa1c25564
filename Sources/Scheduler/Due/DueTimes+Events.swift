import Cron
package import Foundation
import Jobs

extension DueTimes {
    /// Time has passed: what is due at `now`. Looking often does no harm; looking late makes firings late.
    ///
    /// - Complexity: O(1) before ``nextWake``, else O(*n*) in the jobs.
    package mutating func look(at now: Date) -> [Action] {
        guard !isStopped else { return [] }
        return notice(now) + fireDue(at: now) + startWaiting(at: now)
    }

    /// A job's run has ended.
    package mutating func ended(_ job: String, at now: Date) -> [Action] {
        guard var entry = entries[job], entry.isRunning else { return [] }
        running -= 1
        entry.isRunning = false
        entry.skipped = 0
        entries[job] = entry.isRemoved ? nil : entry
        if entry.pending != nil, !entry.isRemoved { line.append(job) }
        return startWaiting(at: now)
    }

    /// From now on nothing starts, queues included. Runs under way may still end.
    package mutating func stop() {
        isStopped = true
        nextWake = nil
        line = []
        for name in entries.keys { entries[name]?.pending = nil }
    }

    /// Where the clock has been set back by more than ``smallStep``, due times are worked out anew.
    private mutating func notice(_ now: Date) -> [Action] {
        defer { lastLook = now }
        guard let lastLook, now < lastLook else { return [] }
        for name in entries.keys { entries[name]?.forgetFuture(of: now) }
        updateWake()
        let seconds = lastLook.timeIntervalSince(now)
        return seconds > Self.smallStep ? [.clockSetBack(seconds: seconds)] : []
    }

    private mutating func fireDue(at now: Date) -> [Action] {
        guard let nextWake, nextWake <= now else { return [] }
        let due = entries.values.filter { !$0.isRemoved && ($0.next.map { $0 <= now } ?? false) }
            .sorted { ($0.next ?? now, $0.timing.name) < ($1.next ?? now, $1.timing.name) }
        let actions = due.compactMap { fire($0.timing.name, at: now) }
        updateWake()
        return actions
    }

    private mutating func fire(_ job: String, at now: Date) -> Action? {
        guard var entry = entries[job], let first = entry.next else { return nil }
        let latest = entry.fired.latestFiring(of: entry.timing.schedule, from: first, through: now)
        entry.fires(for: latest)
        entries[job] = entry
        let isMissed = now.timeIntervalSince(first) > Self.longestDelay
        return offer(Pending(scheduledAt: latest, reason: isMissed ? .missed : .schedule), to: job)
    }

    /// Puts a firing in line, or does with it what the job's overlap says.
    mutating func offer(_ firing: Pending, to job: String) -> Action? {
        guard var entry = entries[job] else { return nil }
        defer { entries[job] = entry }
        if entry.pending != nil {
            // One run answers for both, and for the history it is the later one.
            entry.pending?.scheduledAt = firing.scheduledAt
        } else if !entry.isRunning {
            entry.pending = firing
            line.append(job)
            return nil
        } else if entry.timing.overlap == .queue {
            entry.pending = firing
            return .queued(job: job, scheduledAt: firing.scheduledAt)
        }
        entry.skipped += 1
        return .skipped(job: job, scheduledAt: firing.scheduledAt, count: entry.skipped)
    }

    mutating func startWaiting(at now: Date) -> [Action] {
        let free = min(max(limit - running, 0), line.count)
        let names = line.prefix(free)
        line.removeFirst(free)
        return names.compactMap { name in
            guard let firing = entries[name]?.pending else { return nil }
            entries[name]?.pending = nil
            entries[name]?.isRunning = true
            entries[name]?.skipped = 0
            running += 1
            return .start(
                job: name, Firing(scheduledAt: firing.scheduledAt, actualAt: now, reason: firing.reason))
        }
    }

    mutating func updateWake() {
        nextWake = isStopped ? nil : entries.values.lazy.compactMap { $0.isRemoved ? nil : $0.next }.min()
    }
}

extension DueTimes.Entry {
    /// Firings up to `date` are dealt with.
    mutating func fires(for date: Date) {
        fired.note(date)
        handled = date
        next = fired.next(of: timing.schedule, after: date)
    }

    /// Firings further ahead than ``DueTimes/smallStep`` are a clock's that has been set back.
    mutating func forgetFuture(of now: Date) {
        guard handled.timeIntervalSince(now) > DueTimes.smallStep else { return }
        fired.clockSetBack()
        handled = now
        next = fired.next(of: timing.schedule, after: now)
    }
}
