import Synchronization

/// The end of what a command writes, however much that is: for a log.
package final class OutputTail: Sendable {
    /// Bytes that are kept at least, where that many were written: many times what is shown, so that the cut, which may
    /// go through a secret, is nowhere near.
    private static let size = 64 << 10

    private let bytes = Mutex<[UInt8]>([])

    package init() {}

    func append(_ more: UnsafeRawBufferPointer) {
        bytes.withLock { bytes in
            bytes += more
            if bytes.count > 2 * Self.size { bytes.removeFirst(bytes.count - Self.size) }
        }
    }

    /// The last lines, as one text; of a single line that is too long, its end.
    ///
    /// - Parameters:
    ///   - lines: the most lines.
    ///   - characters: the most Unicode scalars.
    ///   - mask: takes secrets out of the text before it is cut.
    package func lastLines(_ lines: Int = 20, characters: Int = 2000, mask: (String) -> String) -> String {
        let text = mask(String(decoding: bytes.withLock { $0 }, as: UTF8.self))
        let all = text.unicodeScalars.split(whereSeparator: { $0 == "\n" || $0 == "\r" }).suffix(lines)
        var shown: [String] = []
        var room = characters
        for line in all.reversed() where room > 0 {
            guard line.count <= room else {
                if shown.isEmpty { shown = ["…" + String(line.suffix(room))] }
                break
            }
            shown.insert(String(line), at: 0)
            room -= line.count + 1
        }
        return shown.joined(separator: "\n")
    }
}
