/// Why a command of the operator's has no result. Holds neither its arguments nor its output.
public struct CommandError: Error, Sendable {
    /// The closed list of reasons.
    public enum Code: String, Sendable, CaseIterable {
        /// There is no such program.
        case notFound = "command-not-found"
        /// It ran longer than it may, and was ended.
        case timedOut = "command-timed-out"
        /// It wrote more than it may, and was ended.
        case tooMuchOutput = "command-output-too-large"
        /// It could not be started or watched.
        case failed = "command-failed"
    }

    public let code: Code
    /// What happened, to be read after the command's name: "is not there".
    public let message: String

    init(code: Code, message: String) {
        self.code = code
        self.message = message
    }
}

/// How a command ended, and what it wrote.
public struct CommandResult: Sendable, Hashable {
    /// The exit status, or nil where a signal ended it.
    public let exitStatus: Int32?
    /// The signal that ended it, if one did.
    public let signal: Int32?
    /// What it wrote on standard output.
    public let output: [UInt8]

    public var isSuccess: Bool { exitStatus == 0 }

    /// How it ended, in words: `exit status 3`, `signal 9`.
    public var ending: String {
        exitStatus.map { "exit status \($0)" } ?? "signal \(signal ?? 0)"
    }
}
