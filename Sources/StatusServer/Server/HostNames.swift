/// The names that a request may ask for, so that no page of somebody else's can have its own name resolve to this
/// server and then read what it answers (DNS rebinding).
///
/// Such a page's requests carry a name of its own. What is allowed is the name or address that is listened at, the
/// names of loopback where that is loopback, any address in numbers where every address is listened at, and the names
/// that were given.
struct HostNames: Sendable {
    private let listening: ListenAddress
    private let names: Set<String>

    /// - Parameter names: with or without a port; a port is of no interest.
    init(_ listening: ListenAddress, names: [String]) {
        self.listening = listening
        self.names = Set(names.compactMap { Self.name(ofAuthority: $0) })
    }

    /// - Parameter authority: the Host header; nil where there is none.
    func allow(_ authority: String?) -> Bool {
        guard let authority, let name = Self.name(ofAuthority: authority) else { return false }
        if names.contains(name) || name == listening.host { return true }
        if listening.isLoopback { return Self.isLoopback(name) }
        return listening.isAny && (Self.isLoopback(name) || Self.isNumeric(name))
    }

    /// `localhost`, `127.0.0.0/8`, `::1`.
    static func isLoopback(_ name: String) -> Bool {
        name == "localhost" || name == "::1" || isNumeric(name) && name.hasPrefix("127.")
    }

    /// Four decimal numbers, or the digits and colons of IPv6.
    private static func isNumeric(_ name: String) -> Bool {
        let octets = name.split(separator: ".", omittingEmptySubsequences: false)
        if octets.count == 4, octets.allSatisfy({ (1...3).contains($0.utf8.count) && UInt8($0) != nil }) { return true }
        return name.contains(":")
            && name.utf8.allSatisfy { byte in
                (48...58).contains(byte) || (97...102).contains(byte) || byte == UInt8(ascii: ".")
            }
    }

    /// The name in `name`, `name:port` or `[address]:port`, in lower case, without a dot at its end; nil for anything
    /// else.
    static func name(ofAuthority authority: String) -> String? {
        var rest = authority.lowercased()[...]
        var name: Substring
        if rest.hasPrefix("[") {
            guard let end = rest.firstIndex(of: "]") else { return nil }
            name = rest[rest.index(after: rest.startIndex)..<end]
            rest = rest[rest.index(after: end)...]
        } else {
            name = rest.prefix { $0 != ":" }
            rest = rest[name.endIndex...]
        }
        guard rest.isEmpty || rest.first == ":" && rest.dropFirst().allSatisfy({ $0.isASCII && $0.isNumber }),
            !name.contains(where: { "@/?#, ".contains($0) })
        else { return nil }
        if name.hasSuffix(".") { name.removeLast() }
        return name.isEmpty ? nil : String(name)
    }
}
