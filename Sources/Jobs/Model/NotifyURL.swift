/// An address to be told of a run. Its path is often the only secret that guards it, so only the host is ever shown.
public struct NotifyURL: Sendable, Hashable, CustomStringConvertible {
    /// The whole address, for the request alone.
    public let text: String
    /// The host, with the port where it is not the scheme's own.
    public let host: String

    /// The scheme and host: `https://hc-ping.com/***`.
    public var description: String {
        "\(text.lowercased().hasPrefix("http:") ? "http" : "https")://\(host)/***"
    }
}

extension Job {
    /// Addresses pinged when a run starts and ends; each gets the run's summary as JSON.
    public struct Notifications: Sendable, Hashable {
        public var start: NotifyURL?
        public var success: NotifyURL?
        public var failure: NotifyURL?

        public init(start: NotifyURL? = nil, success: NotifyURL? = nil, failure: NotifyURL? = nil) {
            self.start = start
            self.success = success
            self.failure = failure
        }
    }

    /// Commands run when a run ends; each gets the run's summary as JSON on standard input.
    public struct Hooks: Sendable, Hashable {
        public var success: ShellCommand?
        public var failure: ShellCommand?

        public init(success: ShellCommand? = nil, failure: ShellCommand? = nil) {
            self.success = success
            self.failure = failure
        }
    }
}
