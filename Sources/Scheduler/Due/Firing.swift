package import Foundation

/// One time that a job is run, and why.
package struct Firing: Sendable, Hashable {
    /// What made a job run.
    package enum Reason: String, Sendable, Hashable, CaseIterable, Codable {
        /// Its schedule, on time.
        case schedule
        /// Its schedule, while nobody was there to fire it; or that it never ran before.
        case missed
        /// Somebody asked for one run now.
        case once
    }

    /// The time that the schedule names, on a whole second; of several missed ones the last. For a job that never ran,
    /// and for a run that was asked for, the time it fired at.
    package let scheduledAt: Date
    /// When the run was started, after any wait for its turn.
    package let actualAt: Date
    package let reason: Reason

    package init(scheduledAt: Date, actualAt: Date, reason: Reason) {
        self.scheduledAt = scheduledAt
        self.actualAt = actualAt
        self.reason = reason
    }
}
