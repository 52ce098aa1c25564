import Algorithms
package import Cron
package import Foundation
package import Jobs
import Records
import Scheduler
import Snapshots
package import StorageTime

/// The firings to come of several schedules, in order; those of one instant by the jobs' names.
package struct UpcomingFirings: Sequence, IteratorProtocol {
    /// A schedule, and the job that it belongs to where it is a job's.
    package struct Source {
        package let schedule: CronExpression
        package var job: Job?
        /// What storage time it is on the job's server.
        var clock = StorageClock(timeZone: nil)
        /// Of the job's account; 0 is no limit, nil where it is not known.
        var requestsPerSecond: Double?

        package init(
            schedule: CronExpression, job: Job? = nil, clock: StorageClock = StorageClock(timeZone: nil),
            requestsPerSecond: Double? = nil
        ) {
            self.requestsPerSecond = requestsPerSecond
            self.schedule = schedule
            self.job = job
            self.clock = clock
        }
    }

    package struct Firing {
        let source: Source
        let at: Date
        /// The storage time that closed, on the job's grid, since the firing before.
        let window: Window?

        /// How many requests it is likely to take where the firing before did all its work; nil where the job's tasks
        /// are known to the server alone, and for other sources than storage time.
        var requests: Int? {
            guard let job = source.job, job.source == .storageTime, !job.tasks.needsListing else { return nil }
            guard let window else { return 0 }
            let windows = window.sliceCount(onGridOf: Swift.max(1, job.rules.window.count))
            let each = RequestEstimate(joining: windows).requests
            let (all, overflow) = each.multipliedReportingOverflow(by: job.tasks.ids.count)
            return overflow ? nil : all
        }

        /// How long these take at the account's rate.
        var time: Seconds? {
            guard let requests, let rate = source.requestsPerSecond else { return nil }
            return RequestEstimate.time(of: requests, atRate: rate)
        }
    }

    private struct Pending {
        let source: Source
        let at: Date
        /// The firing before.
        let previous: Date?

        var order: (Date, String) { (at, source.job?.name ?? "") }
    }

    /// The next firing of each source, the earliest last.
    private var pending: [Pending]

    package init(of sources: [Source], after start: Date) {
        pending = sources.compactMap { source in
            source.schedule.next(after: start).map {
                Pending(source: source, at: $0, previous: source.schedule.previousFiring(before: $0))
            }
        }
        pending.sort { $0.order > $1.order }
    }

    package mutating func next() -> Firing? {
        guard let earliest = pending.popLast() else { return nil }
        let source = earliest.source
        if let at = source.schedule.next(after: earliest.at) {
            insert(Pending(source: source, at: at, previous: earliest.at))
        }
        let window = earliest.previous.flatMap { previous in
            source.job.flatMap { $0.windowClosed(from: previous, to: earliest.at, clock: source.clock) }
        }
        return Firing(source: source, at: earliest.at, window: window)
    }

    private mutating func insert(_ new: Pending) {
        pending.insert(new, at: pending.partitioningIndex { $0.order <= new.order })
    }
}

extension Job {
    /// What a firing at `to` is to take where one at `from` did all its work: the whole windows, by the job's own
    /// rules, that closed in between. Nil where there are none, and for other sources than storage time.
    func windowClosed(from: Date, to: Date, clock: StorageClock) -> Window? {
        guard source == .storageTime else { return nil }
        func edge(_ instant: Date) -> StorageInstant {
            let closed = clock.closedUntil(now: instant, settle: rules.settle)
            return closed.advanced(by: -(closed.seconds % rules.window.count))
        }
        return try? Window(from: Swift.max(edge(from), rules.start ?? .earliest), to: edge(to))
    }
}

extension UpcomingFirings.Firing {
    package var json: OrderedJSON {
        .object([
            "job": .text(source.job?.name), "at": .text(at.text(in: source.schedule.timeZone)),
            "windows": window.map {
                .object(["from": .text($0.from.description), "to": .text($0.to.description)])
            } ?? .null, "requests": requests.map { .integer($0) } ?? .null,
            "seconds": time.map { .integer($0.count) } ?? .null,
        ])
    }

    /// - Parameter nameWidth: what jobs' names are padded to.
    package func line(nameWidth: Int) -> String {
        var line = at.text(in: source.schedule.timeZone)
        if let job = source.job {
            line += "  " + job.name + String(repeating: " ", count: Swift.max(0, nameWidth - job.name.count))
        }
        if let window {
            line += "  \(window)"
            if let requests { line += "  about \(requests.counted("request"))" }
            if let time { line += ", \(time.rough)" }
        }
        while line.last == " " { line.removeLast() }
        return line
    }
}
