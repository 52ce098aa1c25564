/// One field of a row, as it stands. The pointers are good inside the closure that received it.
package struct RowField {
    /// The types of JSON values.
    package enum Kind: Sendable, Hashable {
        case string, number, boolean, null, object, array

        /// The type of a sound value, by its first byte.
        @inlinable
        package init(firstByte: UInt8) {
            switch firstByte {
            case 0x22: self = .string
            case 0x7B: self = .object
            case 0x5B: self = .array
            case 0x74, 0x66: self = .boolean
            case 0x6E: self = .null
            default: self = .number
            }
        }
    }

    /// The key's bytes between its quotes, escapes as they stand.
    package let key: UnsafeRawBufferPointer
    package let keyHasEscapes: Bool
    /// The value's JSON text, a string's quotes included.
    package let value: UnsafeRawBufferPointer
    package let kind: Kind
    /// Whether a string has a backslash; false for every other kind.
    package let valueHasEscapes: Bool

    /// What a string holds, between its quotes; the whole text of another value.
    package var content: UnsafeRawBufferPointer {
        guard kind == .string else { return value }
        return UnsafeRawBufferPointer(rebasing: value[1..<(value.count - 1)])
    }
}

/// Walks the fields of a row.
package enum RowFields {
    /// Calls `body` with each field of `row`, in the order they stand, repeated keys included.
    ///
    /// - Throws: ``RowJSONError`` where the row is no sound JSON object, after `body` has seen the fields before that
    ///   place; and whatever `body` throws.
    package static func forEach(in row: UnsafeRawBufferPointer, _ body: (RowField) throws -> Void) throws {
        var scanner = try JSONScanner(row)
        scanner.skipWhite()
        guard !scanner.isAtEnd, scanner.position.pointee == Byte.openBrace else {
            throw RowJSONError(.notAnObject, at: scanner.offset, "byte \(scanner.offset): the row is no object")
        }
        try scanner.open()
        var isFirst = true
        while let key = try scanner.nextKey(&isFirst) {
            let keyHasEscapes = scanner.sawEscape
            scanner.sawEscape = false
            let first = scanner.position
            try scanner.skipValue()
            let kind = RowField.Kind(firstByte: first.pointee)
            try body(
                RowField(
                    key: key, keyHasEscapes: keyHasEscapes, value: scanner.text(from: first), kind: kind,
                    valueHasEscapes: kind == .string && scanner.sawEscape))
        }
        try scanner.expectEnd()
    }
}
