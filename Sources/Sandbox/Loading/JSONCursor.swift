import Foundation

/// A place in JSON that moves over one token, or one whole value, at a time.
struct JSONCursor {
    let bytes: UnsafePointer<UInt8>
    let count: Int
    private(set) var position = 0

    init(bytes: UnsafePointer<UInt8>, count: Int) {
        self.bytes = bytes
        self.count = count
    }

    mutating func skipSpace() {
        // Above the space there is no white space in JSON, and most bytes looked at are above it.
        while position < count, bytes[position] <= 0x20, Self.isSpace(bytes[position]) { position += 1 }
    }

    static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
    }

    mutating func take(_ byte: UInt8) -> Bool {
        guard position < count, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    mutating func expect(_ byte: UInt8, _ reason: StaticString) throws(RowScanError) {
        guard take(byte) else { throw RowScanError(offset: position, reason: "\(reason)") }
    }

    /// Moves past a text, from its first quote to its last.
    mutating func skipText() throws(RowScanError) {
        let start = position
        try expect(Byte.quote, "a '\"' belongs here")
        while let found = memchr(bytes + position, 0x22, count - position) {
            let quote = UnsafeRawPointer(found) - UnsafeRawPointer(bytes)
            position = quote + 1
            if bytes[quote - 1] != 0x5C { return }
            // The quote before the text stops the walk back.
            var first = quote - 1
            while bytes[first] == 0x5C { first -= 1 }
            if (quote - first) % 2 == 1 { return }
        }
        throw RowScanError(offset: start, reason: "a text does not end")
    }

    /// Moves past a value of any kind. The call stack is no deeper for a value that is nested deeper.
    mutating func skipValue() throws(RowScanError) {
        /// The brackets that are to come, the innermost last.
        var ends: [UInt8] = []
        repeat {
            guard position < count else { throw RowScanError(offset: position, reason: "a value is missing") }
            switch bytes[position] {
            case Byte.quote: try skipText()
            case Byte.openBrace: open(Byte.closeBrace, &ends)
            case Byte.openBracket: open(Byte.closeBracket, &ends)
            default: try skipWord()
            }
        } while try advance(&ends)
    }

    /// Moves past an opening bracket.
    private mutating func open(_ end: UInt8, _ ends: inout [UInt8]) {
        position += 1
        ends.append(end)
    }

    /// Moves to the next value within what is open.
    ///
    /// - Returns: false where nothing is open any more.
    private mutating func advance(_ ends: inout [UInt8]) throws(RowScanError) -> Bool {
        while let end = ends.last {
            let isFirst = bytes[position - 1] == Byte.openBrace || bytes[position - 1] == Byte.openBracket
            skipSpace()
            if take(end) {
                ends.removeLast()
                continue
            }
            if !isFirst { try expect(Byte.comma, "a ',' or the closing bracket belongs here") }
            skipSpace()
            if end == Byte.closeBrace { try skipKey() }
            return true
        }
        return false
    }

    private mutating func skipKey() throws(RowScanError) {
        try skipText()
        skipSpace()
        try expect(Byte.colon, "a ':' belongs here")
        skipSpace()
    }

    /// A number, `true`, `false` or `null`: checked by its letters, not by its grammar.
    private mutating func skipWord() throws(RowScanError) {
        let start = position
        while position < count, Self.isWord(bytes[position]) { position += 1 }
        guard position > start else { throw RowScanError(offset: start, reason: "a value is missing") }
        let isNumber = bytes[start] == Byte.dash || (Byte.zero...Byte.nine).contains(bytes[start])
        let word = String(decoding: UnsafeBufferPointer(start: bytes + start, count: position - start), as: UTF8.self)
        guard isNumber || ["true", "false", "null"].contains(word) else {
            throw RowScanError(offset: start, reason: "'\(word)' is no JSON value")
        }
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, Byte.dash, Byte.plus, Byte.dot: true
        default: false
        }
    }
}
