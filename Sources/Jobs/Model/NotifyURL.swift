/// An address to be told of a run. Its path is often the only secret that guards it, so only the host is ever shown.
package struct NotifyURL: Sendable, Hashable, CustomStringConvertible {
    /// The whole address, for the request alone.
    package let text: String
    /// The host, with the port where it is not the scheme's own.
    package let host: String

    /// The scheme and host: `https://hc-ping.com/***`.
    package var description: String {
        "\(text.lowercased().hasPrefix("http:") ? "http" : "https")://\(host)/***"
    }
}

extension Job {
    /// Who is told when a run starts and ends: addresses, each of which gets the run's summary as JSON, and services.
    package struct Notifications: Sendable, Hashable {
        package var start: NotifyURL?
        package var success: NotifyURL?
        package var failure: NotifyURL?
        /// When a run is done after failures that were told.
        package var recovery: NotifyURL?
        /// From which failure in a row on failures are told, at least 1.
        package var afterFailures: Int
        package var services: [NotifyService]

        package init(
            start: NotifyURL? = nil, success: NotifyURL? = nil, failure: NotifyURL? = nil, recovery: NotifyURL? = nil,
            afterFailures: Int = JobDefaults.afterFailures, services: [NotifyService] = []
        ) {
            self.start = start
            self.success = success
            self.failure = failure
            self.recovery = recovery
            self.afterFailures = afterFailures
            self.services = services
        }
    }

    /// Commands run when a run ends; each gets the run's summary as JSON on standard input.
    package struct Hooks: Sendable, Hashable {
        package var success: ShellCommand?
        package var failure: ShellCommand?

        package init(success: ShellCommand? = nil, failure: ShellCommand? = nil) {
            self.success = success
            self.failure = failure
        }
    }
}
