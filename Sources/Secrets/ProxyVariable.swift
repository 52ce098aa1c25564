import Foundation

/// The variables that name proxies, `https_proxy` and its like in either letter case:
/// `[scheme://][user:password@]host…`.
enum ProxyVariable {
    static func isOne(_ name: String) -> Bool {
        let name = name.lowercased()
        return name.hasSuffix("_proxy") && name != "no_proxy"
    }

    /// The password and the whole user information of a proxy's address, as written and decoded.
    static func secrets(of value: String) -> [String] {
        guard let mark = value.unicodeScalars.lastIndex(of: "@") else { return [] }
        let credentials = value.unicodeScalars[authority(of: value)..<mark]
        // A user name alone is told to nobody either: some proxies take a token in its place.
        let password =
            credentials.firstIndex(of: ":").map { credentials[credentials.index(after: $0)...] } ?? credentials
        return [String(password), String(password).removingPercentEncoding ?? ""]
    }

    /// The address without user name and password; nil where it cannot be told where they end.
    static func withoutCredentials(_ value: String) -> String? {
        guard let mark = value.unicodeScalars.lastIndex(of: "@") else { return value }
        let start = authority(of: value)
        guard start <= mark, !value.unicodeScalars[start..<mark].contains(where: { "/?#".unicodeScalars.contains($0) })
        else { return nil }
        return String(value[..<start]) + String(value.unicodeScalars[value.unicodeScalars.index(after: mark)...])
    }

    private static func authority(of value: String) -> String.Index {
        guard let scheme = value.range(of: "://"), !value[..<scheme.lowerBound].contains("@") else {
            return value.startIndex
        }
        return scheme.upperBound
    }
}
