import Operations
import Records

/// Where the server listens, `HOST:PORT`: a name or an address, in brackets where it is of IPv6, and a port.
package struct ListenAddress: Sendable, Hashable {
    package let host: String
    package let port: Int

    /// - Throws: ``Problem`` with status `usage`.
    package init(_ text: String) throws {
        let wrong = Problem.usage(
            "--listen: '\(text)' is no HOST:PORT", hint: "write --listen 127.0.0.1:8420 or --listen '[::1]:8420'")
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (0...65_535).contains(port), text[text.index(after: colon)...].utf8.allSatisfy({ (48...57).contains($0) })
        else { throw wrong }
        var host = String(text[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = String(host.dropFirst().dropLast())
        } else if host.contains(":") {
            throw wrong
        }
        guard !host.isEmpty, !host.contains(where: { "[]/ ".contains($0) }) else { throw wrong }
        self.host = host.lowercased()
        self.port = port
    }

    /// Whether only this machine can reach it.
    package var isLoopback: Bool { name?.isLoopback ?? false }

    /// As a Host header names it.
    var name: HostName? { HostName(authority: host.contains(":") ? "[\(host)]" : host) }

    /// Whether it is every address of the machine.
    var isAny: Bool { host == "0.0.0.0" || host == "::" }

    /// As it stands in an address of the web, with the port that was bound.
    func url(port: Int) -> String { "http://\(host.contains(":") ? "[\(host)]" : host):\(port)/" }
}
