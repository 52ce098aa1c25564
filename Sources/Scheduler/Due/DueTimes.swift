package import Foundation

/// When which job is to run: a plain value that is told what happens and says what to do. It looks at no clock.
///
/// - A job fires when its schedule says so. Several firings that passed since the last look become one, the last of
///   them.
/// - A job that is still running when it fires again skips that firing or queues one, as it says itself.
/// - At most `limit` jobs run at once; others wait in line, first come, first served.
/// - A job whose last known firing is followed by one that has passed fires as soon as it is loaded, and so does a job
///   that never ran.
/// - **Clock set back** by up to a minute: the schedule goes on from where it was. By more: due times are worked out
///   anew from what the clock says now, which is said once. The minutes of a job's latest firings are passed over when
///   they come again (``FiredMinutes``), so that no minute of wall time is fired for twice.
/// - **Clock set forward**, and a machine that was suspended: as after a sleep of that length.
package struct DueTimes: Sendable {
    /// What is to be done.
    package enum Action: Sendable, Hashable {
        /// Run the job, and report its end with ``ended(_:at:)``.
        case start(job: String, Firing)
        /// Nothing for now: the job is running, and will start again when it ends.
        case queued(job: String, scheduledAt: Date)
        /// Nothing: the job is running, or is to start anyway. `count` is how many it skipped since it last started.
        case skipped(job: String, scheduledAt: Date, count: Int)
        /// Say that the clock was set back, by so many seconds at the least, and that due times were worked out anew.
        case clockSetBack(seconds: Double)
    }

    /// How far a clock may be set back with the schedules going on from where they were, in seconds.
    package static let smallStep = 60.0
    /// How late a firing is before it counts as missed, in seconds.
    package static let longestDelay = 60.0

    /// A firing that is due and has not started.
    struct Pending: Sendable {
        var scheduledAt: Date
        var reason: Firing.Reason
    }

    struct Entry: Sendable {
        var timing: JobTiming
        /// Firings up to here are dealt with.
        var handled: Date
        var next: Date?
        var fired = FiredMinutes()
        /// While the job runs this is its queue, else its place in line.
        var pending: Pending?
        var isRunning = false
        /// Taken out of the jobs while running.
        var isRemoved = false
        var skipped = 0
    }

    let limit: Int
    var entries: [String: Entry] = [:]
    /// Names of jobs that are due, in the order in which they start.
    var line: [String] = []
    var running = 0
    var lastLook: Date?
    /// Whether ``stop()`` was called.
    package internal(set) var isStopped = false
    /// When to look again with ``look(at:)``, or earlier; nil where nothing is ever due. May have passed.
    ///
    /// - Complexity: O(1); it is worked out when something changes.
    package internal(set) var nextWake: Date?

    /// - Parameter limit: jobs running at once, at least 1.
    package init(limit: Int) {
        self.limit = max(limit, 1)
    }

    /// The next firing of a job; nil where there is none, or no such job.
    package func next(of job: String) -> Date? {
        entries[job].flatMap { $0.isRemoved ? nil : $0.next }
    }

    /// Whether a firing of the job waits for a run to end.
    package func isWaiting(_ job: String) -> Bool { entries[job]?.pending != nil }
}
