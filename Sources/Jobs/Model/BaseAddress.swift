import Foundation

/// Where an account's API answers.
public struct BaseAddress: Sendable, Hashable, CustomStringConvertible {
    /// In its plainest spelling: scheme and host in lower case, no usual port, no slash at the end.
    public let text: String
    /// The host, with the port where it is not the scheme's own: what tells one server from another.
    public let host: String
    /// Whether it is plain `http` to another machine, which shows the password to everyone on the way.
    public let isInsecure: Bool

    init(_ parts: URLComponents) {
        let scheme = parts.scheme?.lowercased() ?? "https"
        host = WebAddress.authority(of: parts)
        var path = parts.percentEncodedPath
        while path.hasSuffix("/") { path.removeLast() }
        text = "\(scheme)://\(host)\(path)"
        isInsecure = scheme == "http" && !WebAddress.isLoopback(parts.host ?? "")
    }

    public var description: String { text }
}
