/// Every setting of a scheduler that is not a job's own.
package struct SchedulerConfiguration: Sendable, Hashable {
    /// Jobs that run at once, at least 1.
    package var runsAtOnce: Int
    /// How long runs may go on after a graceful shutdown began; then they are cancelled.
    package var grace: Duration
    /// The longest time between two looks at the wall clock, and so how late a jump of it is seen.
    package var longestSleep: Duration
    /// Of one notification.
    package var notifyTimeout: Duration
    /// Of one notification that another program sends.
    package var programTimeout: Duration
    /// Seconds after which the same failure of a job is logged again.
    package var failureLogInterval: Double

    package init(
        runsAtOnce: Int = 4, grace: Duration = .seconds(30), longestSleep: Duration = .seconds(30),
        notifyTimeout: Duration = .seconds(10), programTimeout: Duration = .seconds(60),
        failureLogInterval: Double = 3600
    ) {
        self.runsAtOnce = runsAtOnce
        self.grace = grace
        self.longestSleep = longestSleep
        self.notifyTimeout = notifyTimeout
        self.programTimeout = programTimeout
        self.failureLogInterval = failureLogInterval
    }
}
