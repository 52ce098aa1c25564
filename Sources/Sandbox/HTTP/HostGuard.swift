import HTTPTypes
import Hummingbird

/// Refuses requests that a web page of somebody else's may have sent.
///
/// A page can have its own name resolve to this machine (DNS rebinding) and then read what the sandbox answers: its
/// requests carry that name in `Host`. A page that asks by the right name is told by its `Origin`. Programs send no
/// `Origin`, and a `Host` of the address they were given.
struct HostGuard: Sendable {
    /// Names beside those of loopback, in lower case.
    private let names: Set<String>

    init(names: [String]) {
        self.names = Set(names.map { Self.name(ofAuthority: $0) ?? $0.lowercased() })
    }

    /// - Returns: the answer to a request that is refused; nil for one that is not.
    func refusal(_ head: HTTPRequest) -> SandboxAnswer? {
        if let authority = head.authority, !authority.isEmpty, !isLocal(Self.name(ofAuthority: authority)) {
            return SandboxAnswer(
                status: .misdirectedRequest, json: #"{"message":"The Host header does not name this machine."}"#)
        }
        for origin in head.headerFields[values: .origin] where !isLocal(Self.name(ofOrigin: origin)) {
            return SandboxAnswer(
                status: .forbidden, json: #"{"message":"Requests of pages from elsewhere are refused."}"#)
        }
        return nil
    }

    private func isLocal(_ name: String?) -> Bool {
        guard let name else { return false }
        return names.contains(name) || name == "localhost" || name == "::1" || Self.isLoopback(name)
    }

    /// `127.0.0.0/8`, as four decimal numbers.
    private static func isLoopback(_ name: String) -> Bool {
        let octets = name.split(separator: ".", omittingEmptySubsequences: false)
        return octets.count == 4 && octets[0] == "127"
            && octets.allSatisfy { (1...3).contains($0.utf8.count) && UInt8($0) != nil }
    }

    private static func name(ofOrigin origin: String) -> String? {
        let origin = origin.lowercased()
        for scheme in ["http://", "https://"] where origin.hasPrefix(scheme) {
            return name(ofAuthority: String(origin.dropFirst(scheme.count)))
        }
        return nil
    }

    /// The name in `name`, `name:port` or `[address]:port`, in lower case, without a dot at its end; nil for anything
    /// else.
    private static func name(ofAuthority authority: String) -> String? {
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
