/// The name or address that a request asks for, as its Host header or its Origin tells it: in lower case, without port,
/// brackets and a dot at its end.
///
/// Servers on loopback hold it against the names that are theirs: a web page of somebody else's can have its own name
/// resolve to such a server and then read what it answers (DNS rebinding), and its requests carry that name.
package struct HostName: Sendable, Hashable {
    package let text: String

    /// The name in `name`, `name:port` or `[address]:port`; nil for anything else.
    package init?(authority: String) {
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
        guard !name.isEmpty else { return nil }
        text = String(name)
    }

    /// The name in `http://name:port` or `https://…`; nil for anything else, `null` among it.
    package init?(origin: String) {
        let origin = origin.lowercased()
        guard let scheme = ["http://", "https://"].first(where: origin.hasPrefix) else { return nil }
        self.init(authority: String(origin.dropFirst(scheme.count)))
    }

    /// `localhost`, `127.0.0.0/8`, `::1`.
    package var isLoopback: Bool {
        text == "localhost" || text == "::1" || isAddress && text.hasPrefix("127.")
    }

    /// Whether it is four decimal numbers, or the digits and colons of IPv6.
    package var isAddress: Bool {
        let octets = text.split(separator: ".", omittingEmptySubsequences: false)
        if octets.count == 4, octets.allSatisfy({ (1...3).contains($0.utf8.count) && UInt8($0) != nil }) { return true }
        return text.contains(":")
            && text.utf8.allSatisfy { byte in
                (48...58).contains(byte) || (97...102).contains(byte) || byte == UInt8(ascii: ".")
            }
    }
}
