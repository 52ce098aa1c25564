import Foundation
import Operations
import Synchronization

/// Where results and messages go: results to standard output, everything else to standard error.
///
/// Lines of the two never mix: a progress line is wiped before a message and drawn again at the next step.
final class Terminal: Sendable {
    static let standard = Terminal()

    /// Whether standard error is a screen that can redraw a line.
    let showsProgress: Bool
    /// Whether standard output is a screen that shows colours.
    let showsColour: Bool
    private let progressLine = Mutex<String>("")

    init() {
        let environment = ProcessInfo.processInfo.environment
        showsProgress = isatty(STDERR_FILENO) == 1 && environment["TERM"] != "dumb"
        showsColour = Style.isWanted(isTerminal: isatty(STDOUT_FILENO) == 1, environment: environment)
    }

    /// How many characters a line of standard output holds; nil where that is no screen.
    var width: Int? { Self.width(of: STDOUT_FILENO) }

    /// How many characters a line of standard error holds; nil where that is no screen.
    var errorWidth: Int? { Self.width(of: STDERR_FILENO) }

    private static func width(of descriptor: Int32) -> Int? {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }

    /// Writes a line of results, or several; what a screen would obey is escaped.
    ///
    /// - Throws: ``Problem`` with status `cannotWrite`; a closed pipe ends the process quietly.
    func printLine(_ line: String) throws {
        try Self.write(Array((line.printableLines + "\n").utf8), to: STDOUT_FILENO)
    }

    /// Writes a sentence of results, on a screen broken between words; what a screen would obey is escaped.
    ///
    /// - Parameter indent: stands before every line but the first; nil is two spaces more than before the first.
    func printSentence(_ sentence: String, indent: String? = nil) throws {
        let indent = indent ?? (sentence.hasPrefix("  ") ? "    " : "  ")
        for line in sentence.printable.wrapped(to: width, indent: indent) { try printLine(line) }
    }

    /// Writes a line of results, in colour where that is wanted.
    func printStyled(_ line: String, _ style: Style) throws {
        guard showsColour, style != .plain else { return try printLine(line) }
        try Self.write(Array((style.applied(to: line.printable) + "\n").utf8), to: STDOUT_FILENO)
    }

    /// Writes a table of results, on a screen in its width.
    func printTable(_ table: TextTable) throws {
        for (line, style) in table.styledLines(width: width) { try printStyled(line, style) }
    }

    func printLine(_ json: OrderedJSON) throws {
        try Self.write(json.line + [UInt8(ascii: "\n")], to: STDOUT_FILENO)
    }

    /// Writes a message for people: what a screen would obey is escaped. On a screen it is broken between words, and
    /// what follows is indented; else it is one line.
    func say(_ message: String) {
        let indent = message.hasPrefix("  ") ? "  " : "    "
        tell(Array(message.printable.wrapped(to: errorWidth, indent: indent).joined(separator: "\n").utf8))
    }

    /// Writes a JSON document for programs that read standard error, however long it is.
    func say(json document: String) {
        tell(PrintableJSON.line(Array(document.utf8)))
    }

    private func tell(_ message: [UInt8]) {
        progressLine.withLock { line in
            let wipe = line.isEmpty ? "" : "\r\u{1B}[K"
            line = ""
            try? Self.write(Array(wipe.utf8) + message + [UInt8(ascii: "\n")], to: STDERR_FILENO)
        }
    }

    /// Draws the progress line anew; nothing happens where standard error is no screen.
    func show(progress text: String) {
        guard showsProgress else { return }
        progressLine.withLock { line in
            guard line != text else { return }
            line = text
            // A line that reaches the last column would wrap, and could not be drawn over.
            let shown = text.printable.cut(to: max(2, (errorWidth ?? 80) - 1))
            try? Self.write(Array("\r\u{1B}[K\(shown)".utf8), to: STDERR_FILENO)
        }
    }

    /// Wipes the progress line.
    func endProgress() {
        progressLine.withLock { line in
            guard !line.isEmpty else { return }
            line = ""
            try? Self.write(Array("\r\u{1B}[K".utf8), to: STDERR_FILENO)
        }
    }

    static func write(_ bytes: [UInt8], to descriptor: Int32) throws {
        try bytes.withUnsafeBytes { try write($0, to: descriptor) }
    }

    static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) throws {
        var rest = bytes
        while let base = rest.baseAddress, !rest.isEmpty {
            let count = Foundation.write(descriptor, base, rest.count)
            if count >= 0 {
                rest = UnsafeRawBufferPointer(rebasing: rest[count...])
                continue
            }
            switch errno {
            case EINTR, EAGAIN: continue
            case EPIPE: throw ClosedPipe()
            default:
                throw Problem(
                    .cannotWrite, code: "cannot-write",
                    "cannot write to \(descriptor == STDOUT_FILENO ? "standard output" : "standard error"): "
                        + String(cString: strerror(errno)))
            }
        }
    }
}

/// The reader of our output went away: there is nobody left to tell.
struct ClosedPipe: Error {}
