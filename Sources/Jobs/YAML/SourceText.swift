import Algorithms

/// A file's bytes, by line.
struct SourceText {
    let bytes: [UInt8]
    /// The offset of each line's first byte.
    private let lineStarts: [Int]

    /// - Parameter bytes: UTF-8; a byte order mark is dropped, so that columns count what is seen.
    init(_ bytes: [UInt8]) {
        let content = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
        self.bytes = content
        var starts = [0]
        for (offset, byte) in content.enumerated() where byte == UInt8(ascii: "\n") { starts.append(offset + 1) }
        lineStarts = starts
    }

    /// The position of the byte at `offset`, which may be the end.
    func position(atByte offset: Int) -> TextPosition {
        let offset = min(max(offset, 0), bytes.count)
        let line = lineStarts.partitioningIndex { $0 > offset } - 1
        let before = String(decoding: bytes[lineStarts[line]..<offset], as: UTF8.self)
        return TextPosition(line: line + 1, column: before.unicodeScalars.count + 1)
    }

    /// What is left of a line from `position` on, without its end; nil past the file's end.
    func rest(from position: TextPosition) -> Substring.UnicodeScalarView? {
        guard lineStarts.indices.contains(position.line - 1) else { return nil }
        let start = lineStarts[position.line - 1]
        let end = position.line < lineStarts.count ? lineStarts[position.line] - 1 : bytes.count
        return String(decoding: bytes[start..<end], as: UTF8.self).unicodeScalars.dropFirst(position.column - 1)
    }

    /// The first tab in each line's leading white space.
    var tabIndentation: [TextPosition] {
        lineStarts.enumerated().compactMap { line, start in
            let spaces = bytes[start...].prefix { $0 == UInt8(ascii: " ") }
            guard spaces.endIndex < bytes.count, bytes[spaces.endIndex] == UInt8(ascii: "\t") else { return nil }
            return TextPosition(line: line + 1, column: spaces.count + 1)
        }
    }

    /// The offset of the first byte that is no UTF-8; nil where all is.
    var firstInvalidByte: Int? {
        var decoder = UTF8()
        var iterator = bytes.makeIterator()
        var offset = 0
        while true {
            switch decoder.decode(&iterator) {
            case .scalarValue(let scalar): offset += UTF8.width(scalar)
            case .emptyInput: return nil
            case .error: return offset
            }
        }
    }
}
