/// The metadata keys of this module's log lines.
enum LogKey {
    static let host = "host"
    static let subject = "subject"
    static let status = "status"
    static let bytes = "bytes"
    static let attempt = "attempt"
    static let wait = "wait"
    static let code = "code"
    static let reason = "reason"
    static let unlogged = "unlogged"
}
