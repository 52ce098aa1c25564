/// Steps through JSON text without decoding it, checking the grammar of RFC 8259 on the way.
///
/// Two things are let through and noted instead: raw control characters inside strings (``sawControl``), which some
/// servers send, and bytes that are no UTF-8, which are kept as they came. Nothing here recurses.
@usableFromInline
package struct JSONScanner {
    @usableFromInline package let start: UnsafePointer<UInt8>
    @usableFromInline package let end: UnsafePointer<UInt8>
    @usableFromInline package var position: UnsafePointer<UInt8>
    /// How many arrays and objects are open.
    @usableFromInline package var depth = 0
    /// How many may be open at once.
    @usableFromInline package var nesting: Int
    /// White space was stepped over since the flag was last cleared.
    @usableFromInline package var sawWhite = false
    /// A raw control character was seen in a string since the flag was last cleared.
    @usableFromInline package var sawControl = false
    /// A backslash was seen in a string since the flag was last cleared.
    @usableFromInline package var sawEscape = false

    /// - Parameter nesting: how many arrays and objects may be open at once. Rows need no bound but their length: an
    ///   open container costs a bit.
    /// - Throws: ``RowJSONError/Code/truncated`` where `text` is empty.
    @inlinable
    package init(_ text: UnsafeRawBufferPointer, nesting: Int = .max) throws(RowJSONError) {
        guard let base = text.baseAddress, !text.isEmpty else {
            throw RowJSONError(.truncated, at: 0, "the text is empty")
        }
        start = base.assumingMemoryBound(to: UInt8.self)
        end = start + text.count
        position = start
        self.nesting = max(nesting, 1)
    }

    @inlinable
    package var offset: Int { position - start }

    @inlinable
    package var isAtEnd: Bool { position == end }

    @inline(__always) @inlinable
    package mutating func skipWhite() {
        guard position < end, position.pointee <= Byte.space else { return }
        skipWhiteRun()
    }

    @usableFromInline
    package mutating func skipWhiteRun() {
        let first = position
        while position < end, Byte.isWhite(position.pointee) { position += 1 }
        if position > first { sawWhite = true }
    }

    /// Steps over `byte`, which must come next.
    @inline(__always) @inlinable
    package mutating func expect(_ byte: UInt8, _ name: StaticString) throws(RowJSONError) {
        guard position < end, position.pointee == byte else { throw unexpected(name) }
        position += 1
    }

    /// Steps from after a string's opening quote to after its closing one.
    @inlinable
    package mutating func skipString() throws(RowJSONError) {
        var at = position
        while true {
            at = Self.endOfPlainRun(at, end)
            guard at < end else {
                position = end
                throw unexpected("a string's closing quote")
            }
            let byte = at.pointee
            if byte == Byte.quote { break }
            if byte == Byte.backslash {
                position = at
                try skipEscape()
                at = position
            } else {
                sawControl = true
                at += 1
            }
        }
        position = at + 1
    }

    /// The first quote, backslash or control character from `first` on, or `end`.
    @inline(__always) @inlinable
    package static func endOfPlainRun(
        _ first: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
    ) -> UnsafePointer<UInt8> {
        var at = first
        while end - at >= 8 {
            let word = Word.load(at)
            let found =
                Word.bytes(equalTo: Byte.quote, in: word) | Word.bytes(equalTo: Byte.backslash, in: word)
                | Word.bytes(below: Byte.space, in: word)
            if found != 0 { return at + found.trailingZeroBitCount / 8 }
            at += 8
        }
        while at < end, at.pointee != Byte.quote, at.pointee != Byte.backslash, at.pointee >= Byte.space { at += 1 }
        return at
    }

    @usableFromInline
    package mutating func skipEscape() throws(RowJSONError) {
        sawEscape = true
        position += 1
        guard position < end else { throw unexpected("an escape") }
        switch position.pointee {
        case Byte.quote, Byte.backslash, 0x2F, 0x62, 0x66, 0x6E, 0x72, 0x74: position += 1
        case 0x75:
            position += 1
            for _ in 0..<4 {
                guard position < end, Byte.hexValue(position.pointee) != nil else {
                    throw unexpected("a hexadecimal digit")
                }
                position += 1
            }
        default: throw unexpected("an escape")
        }
    }

    /// Steps over a number; `position` is at its first byte, a digit or a minus.
    @inlinable
    package mutating func skipNumber() throws(RowJSONError) {
        if position.pointee == Byte.minus { position += 1 }
        if position < end, position.pointee == Byte.zero {
            position += 1
        } else {
            try skipDigits()
        }
        guard position < end else { return }
        if position.pointee == 0x2E {
            position += 1
            try skipDigits()
        }
        if position < end, position.pointee | 0x20 == 0x65 {
            position += 1
            if position < end, position.pointee == 0x2B || position.pointee == Byte.minus { position += 1 }
            try skipDigits()
        }
    }

    @inline(__always) @inlinable
    package mutating func skipDigits() throws(RowJSONError) {
        guard position < end, Byte.isDigit(position.pointee) else { throw unexpected("a digit") }
        repeat { position += 1 } while position < end && Byte.isDigit(position.pointee)
    }

    /// Steps over `true`, `false` or `null`.
    @usableFromInline
    package mutating func skipLiteral(_ text: StaticString) throws(RowJSONError) {
        for index in 0..<text.utf8CodeUnitCount {
            try expect(text.utf8Start[index], text)
        }
    }

    /// The error for whatever stands at ``position``.
    @usableFromInline
    package func unexpected(_ expected: StaticString) -> RowJSONError {
        guard position < end else {
            return RowJSONError(
                .truncated, at: offset, "the text ends at byte \(offset), where \(expected) was expected")
        }
        let byte = position.pointee
        let shown = (0x21...0x7E).contains(byte) ? "'\(Character(UnicodeScalar(byte)))'" : "byte value \(byte)"
        return RowJSONError(.malformed, at: offset, "byte \(offset): expected \(expected), found \(shown)")
    }
}
