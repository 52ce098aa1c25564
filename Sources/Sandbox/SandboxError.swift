/// Why the sandbox could not be set up.
package struct SandboxError: Error, Sendable, Hashable {
    /// The closed list of reasons.
    package enum Code: String, Sendable, CaseIterable {
        /// A `--task` or `--group` text that is not of its form, or that names what is not there.
        case badSpecification = "bad-specification"
        /// A file of rows that could not be read.
        case unreadableFile = "unreadable-file"
        /// A row that is no row, or whose time cannot be read.
        case badRow = "bad-row"
        /// A setting outside its range.
        case badSetting = "bad-setting"
        /// A list of faults that could not be read.
        case badFaults = "bad-faults"
        /// The server could not listen, or stopped before it accepted.
        case notListening = "not-listening"
    }

    package let code: Code
    /// One sentence that names the value, or the file and line, concerned.
    package let message: String
    /// What to write instead, when there is something.
    package let hint: String?

    package init(_ code: Code, _ message: String, hint: String? = nil) {
        self.code = code
        self.message = message
        self.hint = hint
    }
}
