/// A request as the sandbox understood it, for ``SandboxStore/log`` and ``SandboxStore/onRequest(_:)``.
package struct SandboxRequest: Sendable, Hashable {
    /// 1 for the first request there was.
    package var number: Int
    package var endpoint: SandboxEndpoint
    package var method: String
    /// The task, as it was asked for.
    package var task: String?
    /// The task group, as it was asked for.
    package var group: String?
    /// The interval's start, as text.
    package var from: String?
    /// The interval's end, as text.
    package var to: String?
    package var pageIndex: Int?
    /// The page's size, or the size of a batch of unexported rows.
    package var pageSize: Int?
    /// The kind of grant that a token was asked for with.
    package var grant: String?
    /// The fault that was played on it: the one that decided the answer, else latency or a skewed date.
    package var fault: Fault.Kind?
}
