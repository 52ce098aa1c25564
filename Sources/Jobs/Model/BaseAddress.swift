import Foundation

/// Where an account's API answers.
package struct BaseAddress: Sendable, Hashable, CustomStringConvertible {
    /// In its plainest spelling: scheme and host in lower case, no usual port, no slash at the end.
    package let text: String
    /// The host, with the port where it is not the scheme's own: what tells one server from another.
    package let host: String
    /// Whether it is plain `http` to another machine, which shows the password to everyone on the way.
    package let isInsecure: Bool

    init(_ parts: URLComponents) {
        let scheme = parts.scheme?.lowercased() ?? "https"
        host = WebAddress.authority(of: parts)
        var path = parts.percentEncodedPath
        while path.hasSuffix("/") { path.removeLast() }
        text = "\(scheme)://\(host)\(path)"
        isInsecure = scheme == "http" && !WebAddress.isLoopback(parts.host ?? "")
    }

    package var description: String { text }
}
