public import StorageTime

/// A server, who logs in there, and how it is to be treated. Always valid; the password is read when it is needed.
public struct Account: Sendable, Hashable {
    /// Where an account's password comes from. None holds it.
    public enum PasswordSource: Sendable, Hashable {
        /// A file's path; its content, less a line end, is the password.
        case file(String)
        /// A command's output, less a line end.
        case command(ShellCommand)
        /// The variable's name.
        case environment(String)
    }

    public let name: String
    public let baseURL: BaseAddress
    public let username: String
    public let password: PasswordSource
    /// The zone of the server's storage time; nil where it is not known, and a window then closes once it is past in
    /// every zone.
    public let timeZone: NamedZone?
    /// Which edges the server counts in, where that was measured.
    public let interval: IntervalConvention?
    /// 0 is no limit.
    public let requestsPerSecond: Double
    /// Whether plain `http` to another machine is allowed.
    public let allowHTTP: Bool
    /// The path of further certificate authorities, in PEM.
    public let caFile: String?

    /// The host, with the port where it is not the usual one.
    public var host: String { baseURL.host }

    /// What storage time it is on the server; its zone's name is the account's own.
    public var storageClock: StorageClock {
        // The name was looked up when the account was read, so this cannot fail in practice.
        (try? StorageClock(zoneNamed: timeZone?.name)) ?? StorageClock(timeZone: timeZone?.timeZone)
    }
}
