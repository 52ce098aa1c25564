package import Records
package import StorageTime

/// A server, who logs in there, and how it is to be treated. Always valid; the password is read when it is needed.
package struct Account: Sendable, Hashable {
    /// Where an account's password comes from. None holds it.
    package enum PasswordSource: Sendable, Hashable {
        /// A file's path; its content, less a line end, is the password.
        case file(String)
        /// A command's output, less a line end.
        case command(ShellCommand)
        /// The variable's name.
        case environment(String)
    }

    package let name: String
    package let baseURL: BaseAddress
    /// Empty where ``usesKey``.
    package let username: String
    package let password: PasswordSource
    /// Whether ``password`` is an API key, which stands for a user and a password.
    package let usesKey: Bool
    /// Which API the host speaks: as the account says or, where it does not, as the host's name does.
    package var dialect: APIDialect
    /// How unexported rows are drained; nil is what the host's first answer says.
    package let unexported: DrainMode?
    /// The zone of the server's storage time; nil where it is not known, and a window then closes once it is past in
    /// every zone.
    package let timeZone: NamedZone?
    /// Which edges the server counts in, where that was measured.
    package let interval: IntervalConvention?
    /// 0 is no limit.
    package var requestsPerSecond: Double
    /// Whether plain `http` to another machine is allowed.
    package let allowHTTP: Bool
    /// The path of further certificate authorities, in PEM.
    package let caFile: String?

    /// The host, with the port where it is not the usual one.
    package var host: String { baseURL.host }

    /// What storage time it is on the server; its zone's name is the account's own.
    package var storageClock: StorageClock {
        // The name was looked up when the account was read, so this cannot fail in practice.
        (try? StorageClock(zoneNamed: timeZone?.name)) ?? StorageClock(timeZone: timeZone?.timeZone)
    }
}
