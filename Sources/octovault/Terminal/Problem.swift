/// What an error is to the person at the terminal: one sentence, what to try, and the status the command ends with.
struct Problem: Error, Sendable {
    let status: ExitStatus
    /// The closed code that scripts can rely on.
    let code: String
    let message: String
    let hint: String?

    init(_ status: ExitStatus, code: String, _ message: String, hint: String? = nil) {
        self.status = status
        self.code = code
        self.message = message
        self.hint = hint
    }

    static func usage(_ message: String, hint: String? = nil) -> Problem {
        Problem(.usage, code: "usage", message, hint: hint)
    }
}
