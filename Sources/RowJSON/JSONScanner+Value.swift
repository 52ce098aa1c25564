extension JSONScanner {
    /// Steps over one value of any type, arrays and objects whole. ``position`` must be at its first byte.
    ///
    /// - Complexity: O(*n*) in the value's bytes; no allocation up to 64 levels, then a bit a level.
    @inlinable
    package mutating func skipValue() throws(RowJSONError) {
        let opened = try skipScalarOrOpen()
        if opened != 0 { try skipContainer(opened) }
    }

    /// Steps over the rest of an array or object, whose opening byte was stepped over, to after its closing one.
    ///
    /// Which containers are open is kept as bits, one a level (1: an object), so that depth costs no stack: the
    /// innermost 64 in a word, full words further out in a list.
    @usableFromInline
    mutating func skipContainer(_ first: UInt8) throws(RowJSONError) {
        let floor = depth - 1
        var outer: [UInt64] = []
        var objects: UInt64 = 0
        var opened = first
        while true {
            if opened != 0 {
                let level = depth - floor - 1
                if level > 0, level & 63 == 0 { outer.append(objects) }
                objects = objects << 1 | (opened == Byte.openBrace ? 1 : 0)
                if try !skipEmptyContainer(isObject: objects & 1 == 1) {
                    if objects & 1 == 1 { try skipKey() }
                    opened = try skipScalarOrOpen()
                    continue
                }
                close(&objects, &outer, floor)
            }
            while depth > floor {
                if try skipSeparator(isObject: objects & 1 == 1) {
                    if objects & 1 == 1 { try skipKey() }
                    break
                }
                close(&objects, &outer, floor)
            }
            if depth == floor { return }
            opened = try skipScalarOrOpen()
        }
    }

    /// Leaves the innermost container.
    @inline(__always)
    private mutating func close(_ objects: inout UInt64, _ outer: inout [UInt64], _ floor: Int) {
        depth -= 1
        objects >>= 1
        let level = depth - floor
        if level > 0, level & 63 == 0, let word = outer.popLast() { objects = word }
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

    /// Inside an object, at its start or after a value: the next key, between its quotes, with ``position`` moved to
    /// its value; nil once the object is closed. ``sawEscape`` then says whether the key has escapes.
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

    /// The key that must come next, between its quotes, with ``position`` moved to its value. ``sawEscape`` then says
    /// whether the key has escapes.
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
