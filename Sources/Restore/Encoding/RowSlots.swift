import RowJSON

/// Finds where in a row each column's value lies, whatever the order of its keys. Of a repeated key the last one
/// counts.
struct RowSlots: Sendable {
    let index: KeyIndex

    /// Fills the scratch's slots.
    ///
    /// The order is learnt: after each column the one expected is the one that followed it in the row before.
    func fill(_ row: UnsafeRawBufferPointer, _ scratch: EncodingScratch) throws {
        let (slots, followers) = (scratch.slots, scratch.followers)
        slots.update(repeating: EncodingScratch.Slot())
        var scanner = try RowStart.scanner(row)
        var isOpen = try !scanner.skipEmptyContainer(isObject: true)
        var last = index.count
        var isOrdered = true
        while isOpen {
            let expected = followers[last]
            var number = expected
            if expected >= index.count || !index.skipToken(expected, in: &scanner) {
                number = try RowStart.number(in: index, &scanner)
                followers[last] = number
            }
            let start = scanner.position
            try scanner.skipValue()
            slots[number] = EncodingScratch.Slot(start: start, length: scanner.position - start)
            if last < index.count, number <= last { isOrdered = false }
            last = number
            isOpen = try scanner.skipSeparator(isObject: true)
        }
        try scanner.expectEnd()
        scratch.isOrdered = isOrdered
    }
}

/// The beginning of every walk over a row.
enum RowStart {
    /// A scanner inside the row's object.
    @inline(__always)
    static func scanner(_ row: UnsafeRawBufferPointer) throws(RowJSONError) -> JSONScanner {
        var scanner = try JSONScanner(row)
        scanner.skipWhite()
        try scanner.expect(Byte.openBrace, "an object")
        scanner.depth = 1
        scanner.skipWhite()
        return scanner
    }

    /// Steps over a key, its colon and white space, and tells the key's number.
    static func number(in index: KeyIndex, _ scanner: inout JSONScanner) throws -> Int {
        scanner.sawEscape = false
        try scanner.expect(Byte.quote, "a key")
        let first = scanner.position
        try scanner.skipString()
        let key = UnsafeRawBufferPointer(start: first, count: scanner.position - first - 1)
        let hasEscapes = scanner.sawEscape
        try scanner.skipColon()
        guard let number = index.number(ofRaw: key, hasEscapes: hasEscapes) else {
            throw UnknownKey(name: JSONText.string(key))
        }
        return number
    }
}
