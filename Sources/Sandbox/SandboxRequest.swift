/// A request as the sandbox understood it, for ``SandboxStore/log`` and ``SandboxStore/onRequest(_:)``.
public struct SandboxRequest: Sendable, Hashable {
    /// 1 for the first request there was.
    public var number: Int
    public var endpoint: SandboxEndpoint
    public var method: String
    /// The task, as it was asked for.
    public var task: String?
    /// The task group, as it was asked for.
    public var group: String?
    /// The interval's start, as text.
    public var from: String?
    /// The interval's end, as text.
    public var to: String?
    public var pageIndex: Int?
    /// The page's size, or the size of a batch of unexported rows.
    public var pageSize: Int?
    /// The kind of grant that a token was asked for with.
    public var grant: String?
    /// The fault that was played on it: the one that decided the answer, else latency or a skewed date.
    public var fault: Fault.Kind?
}
