/// What stands between a JSON string's quotes, piece by piece.
enum StringUnits {
    enum Unit {
        /// A run without escapes; also an escape that JSON does not know, as it stands.
        case bytes(UnsafeRawBufferPointer)
        case scalar(Unicode.Scalar)
        /// Half a surrogate pair.
        case loneSurrogate(UInt16)
    }

    @inline(__always)
    static func forEach(in raw: UnsafeRawBufferPointer, _ body: (Unit) -> Void) {
        var start = 0
        var at = 0
        while at < raw.count {
            guard raw[at] == Byte.backslash, let (unit, length) = escape(in: raw, at: at) else {
                // A backslash that starts no escape is skipped with what follows, so as not to be read as one later.
                at += raw[at] == Byte.backslash ? 2 : 1
                continue
            }
            if at > start { body(.bytes(UnsafeRawBufferPointer(rebasing: raw[start..<at]))) }
            body(unit)
            at += length
            start = at
        }
        if raw.count > start { body(.bytes(UnsafeRawBufferPointer(rebasing: raw[start...]))) }
    }

    private static func escape(in raw: UnsafeRawBufferPointer, at index: Int) -> (Unit, length: Int)? {
        guard index + 1 < raw.count else { return nil }
        switch raw[index + 1] {
        case Byte.quote: return (.scalar("\""), 2)
        case Byte.backslash: return (.scalar("\\"), 2)
        case 0x2F: return (.scalar("/"), 2)
        case 0x62: return (.scalar("\u{8}"), 2)
        case 0x66: return (.scalar("\u{C}"), 2)
        case 0x6E: return (.scalar("\n"), 2)
        case 0x72: return (.scalar("\r"), 2)
        case 0x74: return (.scalar("\t"), 2)
        case 0x75: return unicodeEscape(in: raw, at: index)
        default: return nil
        }
    }

    private static func unicodeEscape(in raw: UnsafeRawBufferPointer, at index: Int) -> (Unit, length: Int)? {
        guard let high = codeUnit(in: raw, at: index) else { return nil }
        if let scalar = Unicode.Scalar(high) { return (.scalar(scalar), 6) }
        guard UTF16.isLeadSurrogate(high), let low = codeUnit(in: raw, at: index + 6), UTF16.isTrailSurrogate(low),
            let scalar = Unicode.Scalar(0x10000 + (UInt32(high) - 0xD800) << 10 + (UInt32(low) - 0xDC00))
        else { return (.loneSurrogate(high), 6) }
        return (.scalar(scalar), 12)
    }

    /// The number in `\uXXXX` at `index`.
    private static func codeUnit(in raw: UnsafeRawBufferPointer, at index: Int) -> UInt16? {
        guard index + 6 <= raw.count, raw[index] == Byte.backslash, raw[index + 1] == 0x75 else { return nil }
        var unit: UInt16 = 0
        for digit in raw[(index + 2)..<(index + 6)] {
            guard let value = Byte.hexValue(digit) else { return nil }
            unit = unit << 4 | value
        }
        return unit
    }
}
