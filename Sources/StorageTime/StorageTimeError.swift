/// Why a text is no storage time, window or duration.
public struct StorageTimeError: Error, Sendable, Hashable {
    /// The closed list of reasons.
    public enum Code: String, Sendable, CaseIterable {
        case badTime = "bad-time"
        case badDuration = "bad-duration"
        case badTimeZone = "bad-time-zone"
        case emptyWindow = "empty-window"
    }

    public let code: Code
    /// One sentence that names the value concerned.
    public let message: String
    /// What to write instead.
    public let hint: String?

    package init(code: Code, message: String, hint: String? = nil) {
        self.code = code
        self.message = message
        self.hint = hint
    }
}
