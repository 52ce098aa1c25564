/// The bytes that JSON's grammar names.
@usableFromInline
package enum Byte {
    @inlinable package static var quote: UInt8 { 0x22 }
    @inlinable package static var backslash: UInt8 { 0x5C }
    @inlinable package static var comma: UInt8 { 0x2C }
    @inlinable package static var colon: UInt8 { 0x3A }
    @inlinable package static var minus: UInt8 { 0x2D }
    @inlinable package static var zero: UInt8 { 0x30 }
    @inlinable package static var openBrace: UInt8 { 0x7B }
    @inlinable package static var closeBrace: UInt8 { 0x7D }
    @inlinable package static var openBracket: UInt8 { 0x5B }
    @inlinable package static var closeBracket: UInt8 { 0x5D }
    @inlinable package static var space: UInt8 { 0x20 }
    @inlinable package static var newline: UInt8 { 0x0A }

    @inlinable
    package static func isWhite(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
    }

    @inlinable
    package static func isDigit(_ byte: UInt8) -> Bool {
        byte &- 0x30 < 10
    }

    /// The value of a hexadecimal digit, or nil.
    @inlinable
    package static func hexValue(_ byte: UInt8) -> UInt16? {
        switch byte {
        case 0x30...0x39: UInt16(byte - 0x30)
        case 0x41...0x46: UInt16(byte - 0x37)
        case 0x61...0x66: UInt16(byte - 0x57)
        default: nil
        }
    }
}

/// Eight bytes looked at as one word.
///
/// Each function sets the top bit of the bytes that it names. Bytes above the first one named may be named falsely,
/// since a borrow runs upward, so only the lowest is to be believed.
@usableFromInline
package enum Word {
    @inlinable
    package static func load(_ pointer: UnsafePointer<UInt8>) -> UInt64 {
        UInt64(littleEndian: UnsafeRawPointer(pointer).loadUnaligned(as: UInt64.self))
    }

    @inlinable
    package static func repeating(_ byte: UInt8) -> UInt64 {
        UInt64(byte) &* 0x0101_0101_0101_0101
    }

    @inlinable
    package static func bytes(equalTo byte: UInt8, in word: UInt64) -> UInt64 {
        let difference = word ^ repeating(byte)
        return (difference &- repeating(1)) & ~difference & repeating(0x80)
    }

    /// - Parameter limit: at most 0x80.
    @inlinable
    package static func bytes(below limit: UInt8, in word: UInt64) -> UInt64 {
        (word &- repeating(limit)) & ~word & repeating(0x80)
    }

    /// Whether two runs of `count` bytes are alike. For keys: short runs, compared without a call.
    @inline(__always) @inlinable
    package static func areEqual(_ left: UnsafePointer<UInt8>, _ right: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        var at = 0
        while count - at >= 8 {
            if load(left + at) != load(right + at) { return false }
            at += 8
        }
        if at == count { return true }
        // The last word overlaps the one before.
        if count >= 8 { return load(left + count - 8) == load(right + count - 8) }
        while at < count {
            if left[at] != right[at] { return false }
            at += 1
        }
        return true
    }
}
