/// A command of the operator's: text for the shell, or a program and its arguments without one.
package enum ShellCommand: Sendable, Hashable {
    /// Run by `/bin/sh -c`.
    case shell(String)
    /// A program, looked up in `PATH`, and its arguments as they are; never empty.
    case program([String])

    /// The first word, and that there is more: arguments may hold secrets.
    package var masked: String {
        let words: [String] =
            switch self {
            case .shell(let text): text.split(whereSeparator: \.isWhitespace).map(String.init)
            case .program(let words): words
            }
        guard let first = words.first, first.allSatisfy({ $0.isLetter || $0.isNumber || "/._+-".contains($0) }) else {
            return "***"
        }
        return words.count > 1 ? "\(first) ***" : first
    }
}
