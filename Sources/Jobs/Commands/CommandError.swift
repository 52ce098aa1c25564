/// Why a command of the operator's has no result. Holds neither its arguments nor its output.
package struct CommandError: Error, Sendable {
    /// The closed list of reasons.
    package enum Code: String, Sendable, CaseIterable {
        /// There is no such program.
        case notFound = "command-not-found"
        /// It ran longer than it may, and was ended.
        case timedOut = "command-timed-out"
        /// It wrote more than it may, and was ended.
        case tooMuchOutput = "command-output-too-large"
        /// It could not be started or watched.
        case failed = "command-failed"
    }

    package let code: Code
    /// What happened, to be read after the command's name: "is not there".
    package let message: String

    init(code: Code, message: String) {
        self.code = code
        self.message = message
    }
}

/// How a command ended, and what it wrote.
package struct CommandResult: Sendable, Hashable {
    /// The exit status, or nil where a signal ended it.
    package let exitStatus: Int32?
    /// The signal that ended it, if one did.
    package let signal: Int32?
    /// What it wrote on standard output.
    package let output: [UInt8]

    package var isSuccess: Bool { exitStatus == 0 }

    /// How it ended, in words: `exit status 3`, `signal 9`.
    package var ending: String {
        exitStatus.map { "exit status \($0)" } ?? "signal \(signal ?? 0)"
    }
}
