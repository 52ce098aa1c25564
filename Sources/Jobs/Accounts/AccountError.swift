/// Why an account's password could not be had. Never holds the password, nor what a command wrote.
package struct AccountError: Error, Sendable {
    /// The closed list of reasons.
    package enum Code: String, Sendable, CaseIterable {
        /// The variable or the file is not there.
        case passwordMissing = "password-missing"
        /// The file is there and cannot be read.
        case passwordUnreadable = "password-unreadable"
        /// What was read is empty, of several lines, too long, or no text.
        case passwordUnusable = "password-unusable"
        case commandFailed = "password-command-failed"
        case commandTimedOut = "password-command-timed-out"
    }

    package let code: Code
    /// One sentence for the operator, naming the account and the source of its password.
    package let message: String
    /// What to try next.
    package let hint: String?
    package let cause: (any Error)?

    init(code: Code, message: String, hint: String? = nil, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.hint = hint
        self.cause = cause
    }
}
