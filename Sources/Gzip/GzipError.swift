/// Why bytes could not be compressed or are no sound gzip.
package struct GzipError: Error, Sendable, Hashable {
    package enum Code: String, Sendable, CaseIterable {
        /// The bytes are no gzip, or their checksum or length does not match.
        case corrupt
        /// The input ends within a member.
        case truncated
        /// What follows the last member is no member.
        case trailing
        /// The content is larger than the caller allows.
        case tooLarge = "too-large"
        /// There is no memory to start with.
        case outOfMemory = "out-of-memory"
    }

    package let code: Code
    /// One sentence, without the file's name, which only the caller knows.
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}
