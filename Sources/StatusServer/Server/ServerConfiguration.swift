import Operations
import Records

/// Every setting of the server.
package struct ServerConfiguration: Sendable {
    package let address: ListenAddress
    /// Names beside the one listened at that a request may ask for.
    package let hosts: [String]
    /// Of the user `octovault`; nil where none is asked for.
    package let password: String?
    package let version: String

    /// - Throws: ``Problem`` with status `usage` where others than this machine could look without a password and
    ///   nobody said that they may.
    package init(
        address: ListenAddress, hosts: [String] = [], password: String? = nil, isOpen: Bool = false, version: String
    ) throws {
        guard address.isLoopback || password != nil || isOpen else {
            throw Problem.usage(
                "--listen: \(address.host) can be reached by others, and the page shows what is backed up",
                hint: "listen at 127.0.0.1, ask for a password with --listen-password-file FILE, "
                    + "or say --listen-open")
        }
        for host in hosts where HostName(authority: host) == nil {
            throw Problem.usage("--listen-host: '\(host)' is no name of a host", hint: "write it as in an address")
        }
        self.address = address
        self.hosts = hosts
        self.password = password
        self.version = version
    }
}
