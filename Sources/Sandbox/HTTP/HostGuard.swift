import HTTPTypes
import Hummingbird
import Records

/// Refuses requests that a web page of somebody else's may have sent.
///
/// A page can have its own name resolve to this machine (DNS rebinding) and then read what the sandbox answers: its
/// requests carry that name in `Host`. A page that asks by the right name is told by its `Origin`. Programs send no
/// `Origin`, and a `Host` of the address they were given.
struct HostGuard: Sendable {
    /// Names beside those of loopback.
    private let names: Set<HostName>

    init(names: [String]) {
        self.names = Set(names.compactMap { HostName(authority: $0) ?? HostName(authority: "[\($0)]") })
    }

    /// - Returns: the answer to a request that is refused; nil for one that is not.
    func refusal(_ head: HTTPRequest) -> SandboxAnswer? {
        if let authority = head.authority, !authority.isEmpty, !isLocal(HostName(authority: authority)) {
            return SandboxAnswer(
                status: .misdirectedRequest, json: #"{"message":"The Host header does not name this machine."}"#)
        }
        for origin in head.headerFields[values: .origin] where !isLocal(HostName(origin: origin)) {
            return SandboxAnswer(
                status: .forbidden, json: #"{"message":"Requests of pages from elsewhere are refused."}"#)
        }
        return nil
    }

    private func isLocal(_ name: HostName?) -> Bool {
        name.map { names.contains($0) || $0.isLoopback } ?? false
    }
}
