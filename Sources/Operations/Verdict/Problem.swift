package import Jobs
/// What an error is to the person at the terminal: one sentence, what to try, and the status the command ends with.
package struct Problem: Error, Sendable {
    package let status: ExitStatus
    /// The closed code that scripts can rely on.
    package let code: String
    package let message: String
    package let hint: String?

    package init(_ status: ExitStatus, code: String, _ message: String, hint: String? = nil) {
        self.status = status
        self.code = code
        self.message = message
        self.hint = hint
    }

    /// Whether a task was named that is not there.
    package var isUnknownTask: Bool { ["unknown-task", "task-unknown"].contains(code) }

    package static func usage(_ message: String, hint: String? = nil) -> Problem {
        Problem(.usage, code: "usage", message, hint: hint)
    }
}

extension Problem {
    /// That an account's API cannot be asked for rows by their storage time.
    package static func noWindows(of account: Account) -> Problem {
        Problem(
            .badConfiguration, code: "no-windows",
            "the API of account '\(account.name)' at \(account.host) (api: openapi) tells no storage time, so that there "
                + "are no windows to take",
            hint: "`octovault snapshot TASK --source increments` takes all rows, and later those that came since; in a "
                + "job, `source: increments`")
    }
}
