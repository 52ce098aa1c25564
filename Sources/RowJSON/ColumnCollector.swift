/// Gathers the keys of rows, in the order in which they are first seen.
package struct ColumnCollector: Sendable {
    private var index = KeyIndex()
    /// Keys that are no text, each for itself; nil where they go by their text with U+FFFD.
    private var unsound: [Int: ColumnKey]?

    /// - Parameter tellingApart: whether keys that are no text are told apart; they are one of those with the same text
    ///   with U+FFFD otherwise.
    package init(tellingApart: Bool = false) {
        unsound = tellingApart ? [:] : nil
    }

    /// The keys so far. Keys are told apart by their UTF-8 bytes.
    package var names: [String] { index.names }

    /// The same, with what tells keys apart that are no text.
    package var keys: [ColumnKey] {
        index.names.enumerated().map { number, name in unsound?[number] ?? ColumnKey(name) }
    }

    /// Adds names seen elsewhere, such as by another collector.
    package mutating func add(_ names: [String]) {
        for name in names { index.insert(name) }
    }

    /// Adds a row's keys.
    ///
    /// - Throws: ``RowJSONError`` where `row` is no sound JSON object; keys before that place are added.
    /// - Complexity: O(*n*); a row whose keys come in the order known already costs one comparison a key.
    package mutating func observe(_ row: UnsafeRawBufferPointer) throws {
        var scanner = try JSONScanner(row)
        scanner.skipWhite()
        guard !scanner.isAtEnd, scanner.position.pointee == Byte.openBrace else {
            throw RowJSONError(.notAnObject, at: scanner.offset, "byte \(scanner.offset): the row is no object")
        }
        try scanner.open()
        var isOpen = try !scanner.skipEmptyContainer(isObject: true)
        var expected = 0
        while isOpen {
            if expected < index.count, index.skipToken(expected, in: &scanner) {
                expected += 1
            } else {
                expected = try observeKey(&scanner) + 1
            }
            try scanner.skipValue()
            isOpen = try scanner.skipSeparator(isObject: true)
        }
        try scanner.expectEnd()
    }

    private mutating func observeKey(_ scanner: inout JSONScanner) throws(RowJSONError) -> Int {
        let key = try scanner.readKey()
        guard unsound != nil else {
            return index.number(ofRaw: key, hasEscapes: scanner.sawEscape) ?? index.insert(JSONText.string(key))
        }
        let column = ColumnKey(raw: key)
        let number = index.insert(column)
        if column.raw != nil { unsound?[number] = column }
        return number
    }
}
