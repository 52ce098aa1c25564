extension JSONScanner {
    /// Steps over one value of any type, arrays and objects whole. ``position`` must be at its first byte.
    ///
    /// Which containers are open is kept as bits, one a level (1: an object), so depth costs no stack.
    ///
    /// - Complexity: O(*n*) in the value's bytes; no allocation.
    @inlinable
    package mutating func skipValue() throws(RowJSONError) {
        let floor = depth
        var objects: UInt64 = 0
        while true {
            let opened = try skipScalarOrOpen()
            if opened != 0 {
                objects = objects << 1 | (opened == Byte.openBrace ? 1 : 0)
                if try !skipEmptyContainer(isObject: objects & 1 == 1) {
                    if objects & 1 == 1 { try skipKey() }
                    continue
                }
                depth -= 1
                objects >>= 1
            }
            while depth > floor {
                if try skipSeparator(isObject: objects & 1 == 1) {
                    if objects & 1 == 1 { try skipKey() }
                    break
                }
                depth -= 1
                objects >>= 1
            }
            if depth == floor { return }
        }
    }

    /// Steps over a scalar and returns 0, or steps into an array or object and returns its opening byte.
    @inline(__always) @inlinable
    package mutating func skipScalarOrOpen() throws(RowJSONError) -> UInt8 {
        guard position < end else { throw unexpected("a value") }
        let byte = position.pointee
        switch byte {
        case Byte.quote:
            position += 1
            try skipString()
        case Byte.minus, 0x30...0x39: try skipNumber()
        case 0x6E: try skipLiteral("null")
        case 0x74: try skipLiteral("true")
        case 0x66: try skipLiteral("false")
        case Byte.openBrace, Byte.openBracket:
            try open()
            return byte
        default: throw unexpected("a value")
        }
        return 0
    }

    /// Steps into an array or object, whose opening byte is at ``position``, and over white space after it.
    @usableFromInline
    package mutating func open() throws(RowJSONError) {
        guard depth < nesting else {
            throw RowJSONError(
                .nestingTooDeep, at: offset, "byte \(offset): arrays and objects are nested deeper than \(nesting)")
        }
        depth += 1
        position += 1
        skipWhite()
    }

    /// Steps over the closing byte where it comes at once.
    @inline(__always) @inlinable
    package mutating func skipEmptyContainer(isObject: Bool) throws(RowJSONError) -> Bool {
        guard position < end else { throw unexpected(isObject ? "a key or '}'" : "a value or ']'") }
        guard position.pointee == (isObject ? Byte.closeBrace : Byte.closeBracket) else { return false }
        position += 1
        return true
    }

    /// After a value: steps over a comma and returns true, or over the closing byte and returns false.
    @inline(__always) @inlinable
    package mutating func skipSeparator(isObject: Bool) throws(RowJSONError) -> Bool {
        skipWhite()
        guard position < end else { throw unexpected(isObject ? "',' or '}'" : "',' or ']'") }
        let byte = position.pointee
        if byte == Byte.comma {
            position += 1
            skipWhite()
            return true
        }
        guard byte == (isObject ? Byte.closeBrace : Byte.closeBracket) else {
            throw unexpected(isObject ? "',' or '}'" : "',' or ']'")
        }
        position += 1
        return false
    }

    /// Steps over a key, its colon and the white space around that, to the first byte of the value.
    @inline(__always) @inlinable
    package mutating func skipKey() throws(RowJSONError) {
        try expect(Byte.quote, "a key")
        try skipString()
        try skipColon()
    }

    @inline(__always) @inlinable
    package mutating func skipColon() throws(RowJSONError) {
        skipWhite()
        try expect(Byte.colon, "':'")
        skipWhite()
    }

    /// The bytes from `first` to ``position``.
    @inlinable
    package func text(from first: UnsafePointer<UInt8>) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: first, count: position - first)
    }

    /// Inside an object, at its start or after a value: the next key, between its quotes, with ``position`` moved to its
    /// value; nil once the object is closed. ``sawEscape`` then says whether the key has escapes.
    @inlinable
    package mutating func nextKey(_ isFirst: inout Bool) throws(RowJSONError) -> UnsafeRawBufferPointer? {
        if isFirst {
            isFirst = false
            if try skipEmptyContainer(isObject: true) { return nil }
        } else if try !skipSeparator(isObject: true) {
            return nil
        }
        return try readKey()
    }

    /// The key that must come next, between its quotes, with ``position`` moved to its value. ``sawEscape`` then says whether
    /// the key has escapes.
    @inline(__always) @inlinable
    package mutating func readKey() throws(RowJSONError) -> UnsafeRawBufferPointer {
        sawEscape = false
        try expect(Byte.quote, "a key")
        let first = position
        try skipString()
        let key = UnsafeRawBufferPointer(start: first, count: position - first - 1)
        try skipColon()
        return key
    }

    /// White space and then the end must come next.
    package mutating func expectEnd() throws(RowJSONError) {
        skipWhite()
        guard isAtEnd else { throw unexpected("the end of the text") }
    }
}
