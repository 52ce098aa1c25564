/// Why a copy could not be reached, read or written.
package struct CopyError: Error, Sendable {
    /// The closed list of reasons.
    package enum Code: String, Sendable, CaseIterable {
        /// The program that reaches it is not installed.
        case noProgram = "no-program"
        /// Its name is none that a copy can have.
        case badRemote = "bad-remote"
        /// The program failed, after its own retries.
        case failed = "copy-failed"
        /// It held snapshots, and is no copy of a vault any more.
        case gone = "copy-gone"
        /// What it answered is too much to be a copy of a vault.
        case tooMuch = "copy-too-much"
    }

    package let code: Code
    /// One sentence for the operator, naming the copy.
    package let message: String
    /// What to try next, when there is something.
    package let hint: String?

    package init(_ code: Code, _ message: String, hint: String? = nil) {
        self.code = code
        self.message = message
        self.hint = hint
    }
}
