import Foundation

extension ValueRule where Value == BaseAddress {
    /// The address of an API: `http` or `https`, a host, perhaps a port and a path; no user, query or fragment.
    static var baseAddress: Self {
        let expected = "an address such as https://dataapi.octoparse.com"
        return ValueRule(expected: expected, isDiscreet: true) { text throws(ValueProblem) in
            // No message shows the text: an address may carry a password.
            let parts = try WebAddress.parse(text, expected: expected)
            guard parts.user == nil, parts.password == nil else {
                throw ValueProblem(
                    "the address holds a user name", expected: expected,
                    hint: "put it under 'username', and the password where 'password_file' and its kin say")
            }
            guard parts.query == nil, parts.fragment == nil else {
                throw ValueProblem("the address holds a query or a fragment", expected: expected)
            }
            return BaseAddress(parts)
        }
    }
}

extension ValueRule where Value == NotifyURL {
    static var notifyURL: Self {
        let expected = "an address such as https://hc-ping.com/…"
        return ValueRule(expected: expected, isDiscreet: true) { text throws(ValueProblem) in
            let parts = try WebAddress.parse(text, expected: expected)
            return NotifyURL(text: text, host: WebAddress.authority(of: parts))
        }
    }
}

extension ValueRule where Value == AppriseURL {
    static var appriseURL: Self {
        let expected = "an address such as mailto://user:password@example.com"
        return ValueRule(expected: expected, isDiscreet: true) { text throws(ValueProblem) in
            guard text.utf8.count <= 2048, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
                text.prefixMatch(of: #/[A-Za-z][A-Za-z0-9+.-]*:\/\/./#) != nil
            else { throw ValueProblem("the value is no address", expected: expected) }
            return AppriseURL(text: text)
        }
    }
}

extension ValueRule where Value == String {
    /// The path of a file that is written.
    static var filePath: Self {
        let expected = "a file's path"
        return ValueRule(expected: expected) { text throws(ValueProblem) in
            guard !text.isEmpty, !text.hasSuffix("/"), !text.unicodeScalars.contains("\0") else {
                throw ValueProblem("\(QuotedText.value(text)) is no path of a file", expected: expected)
            }
            return text
        }
    }
}

/// Addresses of the web, taken apart without showing them in any message.
enum WebAddress {
    static func parse(_ text: String, expected: String) throws(ValueProblem) -> URLComponents {
        let isPlain = text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
        guard isPlain, text.utf8.count <= 2048, let parts = URLComponents(string: text) else {
            throw ValueProblem("the value is no address", expected: expected)
        }
        guard let scheme = parts.scheme?.lowercased(), scheme == "https" || scheme == "http" else {
            throw ValueProblem("the address begins with neither https:// nor http://", expected: expected)
        }
        guard let host = parts.host, !host.isEmpty, host != "[]", (parts.port ?? 80) > 0, (parts.port ?? 80) < 65_536
        else {
            throw ValueProblem("the address names no host", expected: expected)
        }
        return parts
    }

    /// The host in lower case, with the port where it is not the scheme's own.
    static func authority(of parts: URLComponents) -> String {
        let host = (parts.host ?? "").lowercased()
        let usual = parts.scheme?.lowercased() == "http" ? 80 : 443
        guard let port = parts.port, port != usual else { return host }
        return "\(host):\(port)"
    }

    /// Whether `host` can only be this machine: `localhost`, `127.0.0.0/8`, `::1`.
    static func isLoopback(_ host: String) -> Bool {
        let host = host.lowercased()
        if host == "localhost" || host == "[::1]" || host == "::1" { return true }
        let octets = host.split(separator: ".", omittingEmptySubsequences: false)
        return octets.count == 4 && octets[0] == "127"
            && octets.allSatisfy { !$0.isEmpty && $0.allSatisfy(\.isNumber) && UInt8($0) != nil }
    }
}
