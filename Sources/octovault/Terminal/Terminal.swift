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
    private let progressLine = Mutex<String>("")

    init() {
        showsProgress = isatty(STDERR_FILENO) == 1 && ProcessInfo.processInfo.environment["TERM"] != "dumb"
    }

    /// How many characters a line of standard output holds; nil where that is no screen.
    var width: Int? {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }

    /// Writes a line of results, or several; what a screen would obey is escaped.
    ///
    /// - Throws: ``Problem`` with status `cannotWrite`; a closed pipe ends the process quietly.
    func printLine(_ line: String) throws {
        try Self.write(Array((line.printableLines + "\n").utf8), to: STDOUT_FILENO)
    }

    func printLine(_ json: OrderedJSON) throws {
        try Self.write(json.line + [UInt8(ascii: "\n")], to: STDOUT_FILENO)
    }

    /// Writes a message for people, on one line: what a screen would obey is escaped.
    func say(_ message: String) {
        tell(Array(message.printable.utf8))
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
            try? Self.write(Array("\r\u{1B}[K\(text.printable)".utf8), to: STDERR_FILENO)
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
