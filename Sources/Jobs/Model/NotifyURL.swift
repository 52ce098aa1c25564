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
    /// Addresses pinged when a run starts and ends; each gets the run's summary as JSON.
    package struct Notifications: Sendable, Hashable {
        package var start: NotifyURL?
        package var success: NotifyURL?
        package var failure: NotifyURL?

        package init(start: NotifyURL? = nil, success: NotifyURL? = nil, failure: NotifyURL? = nil) {
            self.start = start
            self.success = success
            self.failure = failure
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
