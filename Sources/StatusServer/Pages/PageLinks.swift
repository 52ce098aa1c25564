import Foundation
import Archive
import Operations
import Records

/// Where a page's links lead, relative to the page itself, so that everything works under a prefix.
struct PageLinks: Sendable {
    /// How pages are reached.
    enum Form: Sendable {
        /// From the server, by their paths.
        case served
        /// As files, each in a folder of its own.
        case files
    }

    let form: Form
    /// How many folders below the front page the page lies.
    let depth: Int

    private var root: String { depth == 0 ? "./" : String(repeating: "../", count: depth) }
    private var end: String { form == .files ? "/index.html" : "" }

    var home: String { form == .files ? "\(root)index.html" : root }
    var runs: String { "\(root)runs\(end)" }
    var style: String { "\(root)style.css" }
    var icon: String { "\(root)icon.svg" }

    func run(_ id: Int64) -> String { "\(root)runs/\(id)\(end)" }

    func task(_ task: String, _ source: RowSource) -> String {
        "\(root)tasks/\(source.rawValue)/\(segment(of: task))\(end)"
    }

    /// The runs of one job; as files there is one list for all.
    func runs(of job: String) -> String {
        form == .files ? runs : "\(runs)?job=\(Self.encoded(job))"
    }

    /// A task's id as the last part of a path: percent-encoded; of an id that no path can carry, its folder's name.
    /// As a file, it is that name always.
    private func segment(of task: String) -> String {
        let isCarried =
            form == .served && task.utf8.count <= 150 && task != "." && task != ".."
            && !task.unicodeScalars.contains { $0 == "/" || $0 == "\\" || $0.value == 0 }
        guard !isCarried, let id = try? TaskID(task) else { return Self.encoded(task) }
        return Self.encoded(id.folderName)
    }

    /// Whether a path's part, decoded once or not at all, means the task.
    static func means(_ segment: String, task: String) -> Bool {
        let decoded = decoded(segment)
        if decoded.utf8.elementsEqual(task.utf8) { return true }
        guard let id = try? TaskID(task) else { return false }
        return decoded == id.folderName || segment == id.folderName || decoded.lowercased() == id.text
    }

    /// What was encoded; the text as it is where it was not encoded right. Foundation's own leaves a byte-order mark
    /// out.
    static func decoded(_ text: String) -> String {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            let digits = String(decoding: rest.prefix(2), as: UTF8.self)
            guard digits.count == 2, digits.allSatisfy(\.isHexDigit), let value = UInt8(digits, radix: 16) else {
                return text
            }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self) ?? text
    }

    /// With everything encoded but `[A-Za-z0-9._-]`.
    static func encoded(_ text: String) -> String {
        var encoded: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
                encoded.append(byte)
            default:
                let digits = Array("0123456789ABCDEF".utf8)
                encoded += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }
}
