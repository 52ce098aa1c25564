import RowJSON

/// A value of JSON as manifests hold it: whole numbers only, text that is UTF-8, at most 16 levels.
///
/// What is inside of a list or object is read when it is asked for, so that a manifest of millions of members costs its
/// own bytes and what is made of it, and no tree of them.
enum JSONTree {
    case null
    case boolean(Bool)
    case integer(Int)
    case string(String)
    case array(Piece)
    case object(Piece)

    /// Where a list or object lies in a text.
    struct Piece {
        let text: [UInt8]
        /// Where its opening bracket is.
        let start: Int
    }

    /// A type of its own: lists of tuples cost the runtime's help with each element.
    struct Field {
        let key: String
        let value: JSONTree
    }

    /// Why text is no such JSON.
    struct Failure: Error {
        /// The byte at which reading stopped, from 0.
        let offset: Int
        let expected: StaticString
    }

    /// Reads one value and nothing behind it but white space.
    ///
    /// - Complexity: O(*n*).
    static func parse(_ text: [UInt8]) throws(Failure) -> JSONTree {
        try JSONTreeParser.run(text, at: 0) { parser throws(Failure) in
            let value = try parser.value()
            try parser.expectEnd()
            return value
        }
    }
}

extension JSONTree.Piece {
    /// An object's fields, as they stand.
    ///
    /// - Throws: also where there are more than `limit`.
    func fields(limit: Int) throws(JSONTree.Failure) -> [JSONTree.Field] {
        try JSONTreeParser.run(text, at: start) { parser throws(JSONTree.Failure) in try parser.fields(limit: limit) }
    }
}

/// Reads values one after the other, stepping over what is inside of lists and objects.
struct JSONTreeParser {
    private let source: [UInt8]
    private let text: UnsafeRawBufferPointer
    private var offset: Int
    private var isFirst = true

    private init(_ source: [UInt8], _ text: UnsafeRawBufferPointer, at offset: Int) {
        self.source = source
        self.text = text
        self.offset = offset
    }

    /// Calls `body` with a parser at a place of a text, good inside the call.
    static func run<Value, Problem: Error>(
        _ source: [UInt8], at offset: Int, _ body: (inout JSONTreeParser) throws(Problem) -> Value
    ) throws(Problem) -> Value {
        let result = source.withUnsafeBytes { text -> Result<Value, Problem> in
            var parser = JSONTreeParser(source, text, at: offset)
            do throws(Problem) { return .success(try body(&parser)) } catch { return .failure(error) }
        }
        return try result.get()
    }

    mutating func value() throws(JSONTree.Failure) -> JSONTree {
        let first = skipWhite()
        let piece = JSONTree.Piece(text: source, start: offset)
        switch first {
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "{"):
            try skipContainer()
            return .object(piece)
        case UInt8(ascii: "["):
            try skipContainer()
            return .array(piece)
        case UInt8(ascii: "t"): return try word("true", .boolean(true))
        case UInt8(ascii: "f"): return try word("false", .boolean(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return .integer(try integer())
        }
    }

    /// The next element of the list that the parser began at; nil behind the last.
    mutating func nextElement() throws(JSONTree.Failure) -> JSONTree? {
        if isFirst {
            isFirst = false
            offset += 1
            if skip(UInt8(ascii: "]")) { return nil }
        } else if !skip(UInt8(ascii: ",")) {
            guard skip(UInt8(ascii: "]")) else { throw failure("a comma or a closing bracket") }
            return nil
        }
        return try value()
    }

    mutating func fields(limit: Int) throws(JSONTree.Failure) -> [JSONTree.Field] {
        var fields: [JSONTree.Field] = []
        offset += 1
        if skip(UInt8(ascii: "}")) { return fields }
        fields.reserveCapacity(8)
        repeat {
            guard skipWhite() == UInt8(ascii: "\"") else { throw failure("a key") }
            guard fields.count < limit else { throw failure("fewer keys") }
            let key = try string()
            guard skip(UInt8(ascii: ":")) else { throw failure("a colon") }
            fields.append(JSONTree.Field(key: key, value: try value()))
        } while skip(UInt8(ascii: ","))
        guard skip(UInt8(ascii: "}")) else { throw failure("a comma or a closing brace") }
        return fields
    }

    mutating func expectEnd() throws(JSONTree.Failure) {
        guard skipWhite() == nil else { throw failure("the end") }
    }

    private mutating func skipContainer() throws(JSONTree.Failure) {
        do throws(RowJSONError) {
            var scanner = try JSONScanner(UnsafeRawBufferPointer(rebasing: text[offset...]), nesting: 15)
            try scanner.skipValue()
            offset += scanner.offset
        } catch {
            throw JSONTree.Failure(offset: offset + error.offset, expected: "sound JSON of few levels")
        }
    }

    private mutating func string() throws(JSONTree.Failure) -> String {
        offset += 1
        let start = offset
        var hasEscapes = false
        var bits: UInt8 = 0
        while offset < text.count, text[offset] != UInt8(ascii: "\"") {
            guard text[offset] >= 0x20 else { throw failure("no control character in a string") }
            bits |= text[offset]
            if text[offset] == UInt8(ascii: "\\") {
                hasEscapes = true
                offset += 1
            }
            offset += 1
        }
        guard offset < text.count else { throw failure("the end of a string") }
        let raw = UnsafeRawBufferPointer(rebasing: text[start..<offset])
        offset += 1
        guard hasEscapes else {
            if bits < 0x80 { return String(decoding: raw, as: UTF8.self) }
            guard let plain = String(validating: raw, as: UTF8.self) else { throw failure("UTF-8") }
            return plain
        }
        var decoded: [UInt8] = []
        let repairs = JSONText.decodeString(raw, into: &decoded)
        guard repairs.loneSurrogates + repairs.invalidUTF8 == 0, let string = String(validating: decoded, as: UTF8.self)
        else {
            throw failure("UTF-8")
        }
        return string
    }

    /// Up to 15 digits, so that sums of many stay within an Int.
    private mutating func integer() throws(JSONTree.Failure) -> Int {
        let isNegative = offset < text.count && text[offset] == UInt8(ascii: "-")
        if isNegative { offset += 1 }
        let start = offset
        var value = 0
        while offset < text.count, case let digit = text[offset] &- UInt8(ascii: "0"), digit < 10 {
            guard offset - start < 15 else { throw failure("a number of at most 15 digits") }
            value = value * 10 + Int(digit)
            offset += 1
        }
        guard offset > start, offset - start == 1 || text[start] != UInt8(ascii: "0") else {
            throw failure("a whole number")
        }
        return isNegative ? -value : value
    }

    private mutating func word(_ word: StaticString, _ value: JSONTree) throws(JSONTree.Failure) -> JSONTree {
        let end = offset + word.utf8CodeUnitCount
        guard end <= text.count,
            word.withUTF8Buffer({ $0.elementsEqual(UnsafeRawBufferPointer(rebasing: text[offset..<end])) })
        else { throw failure("a value") }
        offset = end
        return value
    }

    private mutating func skip(_ byte: UInt8) -> Bool {
        guard skipWhite() == byte else { return false }
        offset += 1
        return true
    }

    /// The next byte that is no white space, without consuming it; nil at the end.
    private mutating func skipWhite() -> UInt8? {
        while offset < text.count {
            switch text[offset] {
            case 0x20, 0x09, 0x0A, 0x0D: offset += 1
            case let byte: return byte
            }
        }
        return nil
    }

    private func failure(_ expected: StaticString) -> JSONTree.Failure {
        JSONTree.Failure(offset: offset, expected: expected)
    }
}
