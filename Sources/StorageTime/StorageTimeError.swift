/// Why a text is no storage time, window or duration.
package struct StorageTimeError: Error, Sendable, Hashable {
    /// The closed list of reasons.
    package enum Code: String, Sendable, CaseIterable {
        case badTime = "bad-time"
        case badDuration = "bad-duration"
        case badTimeZone = "bad-time-zone"
        case emptyWindow = "empty-window"
    }

    package let code: Code
    /// One sentence that names the value concerned.
    package let message: String
    /// What to write instead.
    package let hint: String?

    package init(code: Code, message: String, hint: String? = nil) {
        self.code = code
        self.message = message
        self.hint = hint
    }
}
