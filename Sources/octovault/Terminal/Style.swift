import Foundation

/// What a line is, for those who see colours. Words say the same: nothing is told by colour alone.
enum Style: Sendable, Hashable {
    case plain, heading, good, warning, bad

    /// How a terminal is told.
    private var codes: String? {
        switch self {
        case .plain: nil
        case .heading: "1"
        case .good: "32"
        case .warning: "33"
        case .bad: "31"
        }
    }

    func applied(to text: String) -> String { codes.map { "\u{1B}[\($0)m\(text)\u{1B}[0m" } ?? text }

    /// Whether colours are wanted: on a terminal that has them, unless `NO_COLOR` is set to anything.
    static func isWanted(isTerminal: Bool, environment: [String: String]) -> Bool {
        isTerminal && environment["TERM"] != "dumb" && (environment["NO_COLOR"] ?? "").isEmpty
    }
}

extension String {
    /// The text with an ellipsis in place of what is beyond so many characters.
    func cut(to width: Int) -> String {
        guard count > width, width > 1 else { return self }
        return prefix(width - 1) + "…"
    }

    /// The text with an ellipsis in the place of as many characters of its middle as are too many.
    func cutInTheMiddle(to width: Int) -> String {
        guard count > width, width > 2 else { return cut(to: width) }
        let tail = (width - 1) / 2
        return prefix(width - 1 - tail) + "…" + suffix(tail)
    }

    /// The text in lines of at most `width` characters, broken at spaces; a longer word stays whole. At least one line.
    ///
    /// - Parameters:
    ///   - width: nil is one line.
    ///   - indent: stands before every line but the first.
    func wrapped(to width: Int?, indent: String = "") -> [String] {
        guard let width, count > width else { return [self] }
        var lines: [String] = []
        // Spaces in front are the line's own.
        let lead = String(prefix { $0 == " " })
        var line = lead
        var isEmpty = true
        for word in dropFirst(lead.count).split(separator: " ", omittingEmptySubsequences: false) {
            if !isEmpty, line.count + 1 + word.count > max(width, indent.count + 1) {
                lines.append(line)
                line = indent + word
            } else {
                line += (isEmpty ? "" : " ") + word
            }
            isEmpty = false
        }
        return lines + [line]
    }
}
