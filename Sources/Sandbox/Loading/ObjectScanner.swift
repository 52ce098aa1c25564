import Foundation

/// Why a text is no JSON object.
struct ObjectScanError: Error {
    /// How many bytes come before the place.
    let offset: Int
    let reason: String
}

/// Finds the fields of a JSON object, without decoding them.
///
/// Strings are skipped by searching for their end, so what is inside them is not judged; all the rest is.
struct ObjectScanner {
    /// Where a field lies in the object's bytes.
    struct Field {
        /// The key, without its quotes.
        let key: Range<Int>
        /// The value, quotes and brackets included.
        let value: Range<Int>
        /// The comma before the key; nil for the first field.
        let comma: Int?

        func hasKey(_ key: [UInt8], in object: UnsafeRawBufferPointer) -> Bool {
            key.count == self.key.count && object[self.key].elementsEqual(key)
        }
    }

    private(set) var fields: [Field] = []
    private var position = 0
    static let deepestNesting = 512

    /// Reads `bytes`, which must be one object and white space around it.
    mutating func scan(_ bytes: UnsafeRawBufferPointer) throws(ObjectScanError) {
        fields.removeAll(keepingCapacity: true)
        position = 0
        skipSpace(bytes)
        try expect(Byte.openBrace, "a row starts with '{'", bytes)
        skipSpace(bytes)
        if take(Byte.closeBrace, bytes) { return try finish(bytes) }
        var comma: Int?
        repeat {
            skipSpace(bytes)
            let key = try string(bytes)
            skipSpace(bytes)
            try expect(Byte.colon, "a ':' belongs here", bytes)
            skipSpace(bytes)
            let start = position
            try skipValue(bytes, depth: 0)
            fields.append(Field(key: key.dropQuotes, value: start..<position, comma: comma))
            skipSpace(bytes)
            comma = position
        } while take(Byte.comma, bytes)
        try expect(Byte.closeBrace, "a ',' or '}' belongs here", bytes)
        try finish(bytes)
    }

    /// Copies the object last scanned, leaving out some fields and one comma for each.
    func copy(_ bytes: UnsafeRawBufferPointer, without removed: [Int], to output: inout [UInt8]) {
        let gone = Set(removed)
        var cursor = 0
        var isFirstKept = true
        for (index, field) in fields.enumerated() {
            let start = field.comma ?? field.key.lowerBound - 1
            let end = field.value.upperBound
            if gone.contains(index) {
                output.append(contentsOf: bytes[cursor..<start])
                cursor = end
            } else if isFirstKept {
                // The comma before the first field left has nothing to part.
                if let comma = field.comma, cursor > 0 {
                    output.append(contentsOf: bytes[cursor..<comma])
                    cursor = field.key.lowerBound - 1
                }
                isFirstKept = false
            }
        }
        output.append(contentsOf: bytes[cursor...])
    }

    private mutating func finish(_ bytes: UnsafeRawBufferPointer) throws(ObjectScanError) {
        skipSpace(bytes)
        guard position == bytes.count else {
            throw ObjectScanError(offset: position, reason: "more follows the row's '}'")
        }
    }

    private mutating func skipValue(_ bytes: UnsafeRawBufferPointer, depth: Int)
        throws(ObjectScanError)
    {
        guard position < bytes.count else {
            throw ObjectScanError(offset: position, reason: "a value is missing")
        }
        guard depth < Self.deepestNesting else {
            throw ObjectScanError(offset: position, reason: "values are nested too deep")
        }
        switch bytes[position] {
        case Byte.quote: _ = try string(bytes)
        case Byte.openBrace: try skipItems(until: Byte.closeBrace, hasKeys: true, bytes, depth: depth)
        case Byte.openBracket:
            try skipItems(until: Byte.closeBracket, hasKeys: false, bytes, depth: depth)
        default: try skipWord(bytes)
        }
    }

    private mutating func skipItems(
        until end: UInt8, hasKeys: Bool, _ bytes: UnsafeRawBufferPointer, depth: Int
    ) throws(ObjectScanError) {
        position += 1
        skipSpace(bytes)
        if take(end, bytes) { return }
        repeat {
            skipSpace(bytes)
            if hasKeys {
                _ = try string(bytes)
                skipSpace(bytes)
                try expect(Byte.colon, "a ':' belongs here", bytes)
                skipSpace(bytes)
            }
            try skipValue(bytes, depth: depth + 1)
            skipSpace(bytes)
        } while take(Byte.comma, bytes)
        try expect(end, "a ',' or the closing bracket belongs here", bytes)
    }

    /// A number, `true`, `false` or `null`: checked by its letters, not by its grammar.
    private mutating func skipWord(_ bytes: UnsafeRawBufferPointer) throws(ObjectScanError) {
        let start = position
        while position < bytes.count, Self.isWord(bytes[position]) { position += 1 }
        let word = bytes[start..<position]
        guard let first = word.first else {
            throw ObjectScanError(offset: start, reason: "a value is missing")
        }
        let isNumber = first == Byte.dash || (Byte.zero...Byte.nine).contains(first)
        guard isNumber || ["true", "false", "null"].contains(where: { word.elementsEqual($0.utf8) })
        else {
            throw ObjectScanError(
                offset: start, reason: "'\(String(decoding: word, as: UTF8.self))' is no JSON value")
        }
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, Byte.dash, Byte.plus, Byte.dot: true
        default: false
        }
    }

    /// A string's range, quotes included.
    private mutating func string(_ bytes: UnsafeRawBufferPointer) throws(ObjectScanError) -> Range<
        Int
    > {
        let start = position
        try expect(Byte.quote, "a '\"' belongs here", bytes)
        guard let base = bytes.baseAddress else { return start..<start }
        while position < bytes.count {
            guard let found = memchr(base + position, Int32(Byte.quote), bytes.count - position) else {
                break
            }
            let quote = UnsafeRawPointer(found) - base
            var backslashes = 0
            while quote - backslashes - 1 > start, bytes[quote - backslashes - 1] == Byte.backslash {
                backslashes += 1
            }
            position = quote + 1
            if backslashes % 2 == 0 { return start..<position }
        }
        throw ObjectScanError(offset: start, reason: "a text does not end")
    }

    private mutating func skipSpace(_ bytes: UnsafeRawBufferPointer) {
        while position < bytes.count, Self.isSpace(bytes[position]) { position += 1 }
    }

    static func isSpace(_ byte: UInt8) -> Bool {
        byte == Byte.space || byte == Byte.tab || byte == Byte.lineFeed || byte == Byte.carriageReturn
    }

    private mutating func take(_ byte: UInt8, _ bytes: UnsafeRawBufferPointer) -> Bool {
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    private mutating func expect(
        _ byte: UInt8, _ reason: String, _ bytes: UnsafeRawBufferPointer
    ) throws(ObjectScanError) {
        guard take(byte, bytes) else { throw ObjectScanError(offset: position, reason: reason) }
    }
}

extension Range<Int> {
    fileprivate var dropQuotes: Range<Int> { lowerBound + 1..<upperBound - 1 }
}
