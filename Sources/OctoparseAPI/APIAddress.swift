import Foundation

/// An account's base URL, checked: scheme, host, optional port and path prefix.
struct APIAddress: Sendable, Hashable {
    let isEncrypted: Bool
    /// In lower case; an IPv6 address without its brackets.
    let host: String
    /// Nil is the scheme's own.
    let port: Int?
    /// Empty, or `/prefix` without a slash at its end.
    let prefix: String

    /// - Throws: ``APIError/Code/badConfiguration`` for what is no such URL, ``APIError/Code/insecure`` for plain
    ///   `http` to another machine unless `allowHTTP`. Neither repeats user information that the text may hold.
    init(_ text: String, allowHTTP: Bool) throws(APIError) {
        guard let parts = URLComponents(string: text, encodingInvalidCharacters: false),
            let scheme = parts.scheme?.lowercased(), let host = parts.encodedHost?.lowercased(), !host.isEmpty
        else { throw Self.bad("is no URL with a scheme and a host", text) }
        guard scheme == "https" || scheme == "http" else { throw Self.bad("is neither https nor http", text) }
        guard parts.user == nil, parts.password == nil else {
            throw Self.bad("holds a user name, which belongs in the account's own settings", text)
        }
        guard parts.query == nil, parts.fragment == nil else { throw Self.bad("has a query or a fragment", text) }
        guard parts.port.map({ (1...65_535).contains($0) }) ?? true else {
            throw Self.bad("has no port 1 to 65535", text)
        }
        let bare = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
        guard bare.utf8.allSatisfy(Self.isHostByte) else {
            throw Self.bad("has a host with other characters than letters, digits, dots and dashes", text)
        }
        isEncrypted = scheme == "https"
        self.host = bare
        port = parts.port
        var path = parts.percentEncodedPath[...]
        while path.hasSuffix("/") { path.removeLast() }
        prefix = String(path)
        guard isEncrypted || allowHTTP || isLoopback else {
            throw APIError(
                .insecure, "the base URL would send the password to \(bare) over plain http",
                hint: "use https, or set allow_http: true for the account if you trust the network in between")
        }
    }

    /// Whether requests stay on this machine: `localhost`, `127.0.0.0/8` or `::1`, as written.
    var isLoopback: Bool {
        if host == "localhost" || host == "::1" { return true }
        let octets = host.split(separator: ".", omittingEmptySubsequences: false)
        return octets.count == 4 && octets[0] == "127"
            && octets.allSatisfy { !$0.isEmpty && $0.utf8.count <= 3 && UInt8($0) != nil }
    }

    /// What a request asks its answer to be encoded in. On this machine itself, compressing an answer and decompressing
    /// it takes several times as long as copying it.
    var acceptedEncoding: String { isLoopback && !isEncrypted ? "identity" : "gzip" }

    /// The host as messages and the token cache name it, with the port where the URL has one.
    var display: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return port.map { "\(name):\($0)" } ?? name
    }

    /// The whole URL up to the prefix's end.
    var text: String { "\(isEncrypted ? "https" : "http")://\(display)\(prefix)" }

    private static func isHostByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."),
            UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: ":"):
            true
        default: false
        }
    }

    private static func bad(_ reason: String, _ text: String) -> APIError {
        // What precedes an @ may be a password.
        let shown = text.lastIndex(of: "@").map { "…" + text[$0...] } ?? text
        return APIError(
            .badConfiguration, "the base URL '\(ServerText.clean(shown))' \(reason)",
            hint: "write it as https://dataapi.octoparse.com")
    }
}
