import Foundation

/// The proxy that environment variables name for a host, by curl's conventions.
///
/// `https_proxy`, `http_proxy` and `all_proxy`, in lower case first, hold `[scheme://][user:password@]host[:port]` with
/// the scheme `http` (the default), `socks5` or `socks5h`. `no_proxy` lists hosts that are reached directly: a name
/// also stands for the names below it, `host:port` for that port alone, `*` for all.
struct ProxySettings: Sendable, Hashable {
    enum Kind: Sendable, Hashable { case http, socks }

    var kind: Kind
    var host: String
    var port: Int
    var user: String?
    var password: String?

    /// - Returns: nil where the host is reached directly. Loopback always is: a proxy would carry what was promised to
    ///   stay on this machine.
    /// - Throws: ``APIError/Code/badConfiguration``, naming the variable but not its value, which may hold a password.
    static func choose(for address: APIAddress, _ environment: [String: String]) throws(APIError) -> ProxySettings? {
        guard !address.isLoopback, !isExempt(address, environment) else { return nil }
        for name in [address.isEncrypted ? "https_proxy" : "http_proxy", "all_proxy"] {
            for name in [name, name.uppercased()] {
                guard let value = environment[name], !value.isEmpty else { continue }
                guard let settings = ProxySettings(value) else {
                    throw APIError(
                        .badConfiguration, "the variable \(name) is no proxy address",
                        hint: "write it as http://host:port")
                }
                return settings
            }
        }
        return nil
    }

    init?(_ text: String) {
        let whole = text.contains("://") ? text : "http://\(text)"
        guard let parts = URLComponents(string: whole, encodingInvalidCharacters: false),
            let host = parts.host, !host.isEmpty
        else { return nil }
        switch parts.scheme?.lowercased() {
        case "http": kind = .http
        case "socks5", "socks5h": kind = .socks
        default: return nil
        }
        guard parts.port.map({ (1...65_535).contains($0) }) ?? true, kind == .http || parts.user == nil else {
            return nil
        }
        self.host = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
        // curl's default, for HTTP proxies too.
        port = parts.port ?? 1080
        user = parts.user
        password = parts.password
    }

    private static func isExempt(_ address: APIAddress, _ environment: [String: String]) -> Bool {
        let list = environment["no_proxy"] ?? environment["NO_PROXY"] ?? ""
        let port = address.port ?? (address.isEncrypted ? 443 : 80)
        return list.lowercased().split(whereSeparator: { $0 == "," || $0.isWhitespace }).contains { entry in
            if entry == "*" { return true }
            var name = String(entry)
            // One colon is a port's; more are an IPv6 address's, unless brackets tell them apart.
            if let colon = name.lastIndex(of: ":"),
                name.hasPrefix("[")
                    ? name[colon...].count > 1 && !name.hasSuffix("]") : name.firstIndex(of: ":") == colon
            {
                guard Int(name[name.index(after: colon)...]) == port else { return false }
                name = String(name[..<colon])
            }
            if name.hasPrefix("[") && name.hasSuffix("]") { name = String(name.dropFirst().dropLast()) }
            while name.hasPrefix(".") { name.removeFirst() }
            return !name.isEmpty && (address.host == name || address.host.hasSuffix(".\(name)"))
        }
    }
}
