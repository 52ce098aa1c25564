import Records

/// The names that a request may ask for, so that no page of somebody else's can have its own name resolve to this
/// server and then read what it answers (DNS rebinding).
///
/// Such a page's requests carry a name of its own. What is allowed is the name or address that is listened at, the
/// names of loopback where that is loopback, any address in numbers where every address is listened at, and the names
/// that were given.
struct HostNames: Sendable {
    private let listening: ListenAddress
    private let names: Set<HostName>

    /// - Parameter names: with or without a port; a port is of no interest.
    init(_ listening: ListenAddress, names: [String]) {
        self.listening = listening
        self.names = Set(names.compactMap { HostName(authority: $0) })
    }

    /// - Parameter authority: the Host header; nil where there is none.
    func allow(_ authority: String?) -> Bool {
        guard let name = authority.flatMap({ HostName(authority: $0) }) else { return false }
        if names.contains(name) || name.text == listening.host { return true }
        if listening.isLoopback { return name.isLoopback }
        return listening.isAny && (name.isLoopback || name.isAddress)
    }
}
