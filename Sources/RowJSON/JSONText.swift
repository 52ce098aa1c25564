/// JSON strings, to and from their text.
package enum JSONText {
    /// Appends `text` as a JSON string, quotes included. Only quotes, backslashes and control characters are escaped.
    package static func appendQuoted(_ text: String, to output: inout [UInt8]) {
        var text = text
        output.append(Byte.quote)
        text.withUTF8 { bytes in
            for byte in bytes { appendEscaped(byte, to: &output) }
        }
        output.append(Byte.quote)
    }

    /// Appends what a JSON string stands for, as sound UTF-8.
    ///
    /// Half a surrogate pair becomes U+FFFD, and so does what is no UTF-8; see ``UTF8Text/appendRepaired(_:to:)``.
    /// Escapes that JSON does not know stay as they are.
    ///
    /// - Parameter raw: the bytes between the quotes.
    /// - Returns: what was replaced, and how many NULs there are.
    /// - Complexity: O(*n*); runs without a backslash are copied whole.
    @discardableResult
    package static func decodeString(_ raw: UnsafeRawBufferPointer, into output: inout [UInt8]) -> TextRepairs {
        var repairs = TextRepairs()
        StringUnits.forEach(in: raw) { unit in
            switch unit {
            case .bytes(let run):
                repairs.invalidUTF8 += UTF8Text.appendRepaired(run, to: &output)
                for byte in run where byte == 0 { repairs.nuls += 1 }
            case .scalar(let scalar):
                if scalar == "\0" { repairs.nuls += 1 }
                output.append(contentsOf: String(scalar).utf8)
            case .loneSurrogate:
                repairs.loneSurrogates += 1
                output += UTF8Text.replacement
            }
        }
        return repairs
    }

    /// Whether a string's bytes, as they stand between its quotes, are its text: it has no escape, and is sound UTF-8.
    ///
    /// - Complexity: O(*n*), a word at a time where it is ASCII.
    package static func isPlain(_ raw: UnsafeRawBufferPointer) -> Bool {
        guard let base = raw.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return true }
        var bits: UInt64 = 0
        var at = 0
        while raw.count - at >= 8 {
            let word = Word.load(base + at)
            if Word.bytes(equalTo: Byte.backslash, in: word) != 0 { return false }
            bits |= word
            at += 8
        }
        while at < raw.count {
            if raw[at] == Byte.backslash { return false }
            bits |= UInt64(raw[at])
            at += 1
        }
        return bits & Word.repeating(0x80) == 0 || UTF8Text.isSound(raw)
    }

    /// What a JSON string stands for; what is no UTF-8, and half a surrogate pair, become U+FFFD.
    ///
    /// - Parameter raw: the bytes between the quotes.
    package static func string(_ raw: UnsafeRawBufferPointer) -> String {
        var bytes: [UInt8] = []
        decodeString(raw, into: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Appends one byte of UTF-8 as it stands in a JSON string.
    static func appendEscaped(_ byte: UInt8, to output: inout [UInt8]) {
        switch byte {
        case Byte.quote, Byte.backslash: output += [Byte.backslash, byte]
        case 0..<Byte.space: appendEscaped(control: byte, to: &output)
        default: output.append(byte)
        }
    }

    /// Appends the escape of a character below U+0020: `\n`, `\r`, `\t`, or `\u00` and two digits.
    static func appendEscaped(control byte: UInt8, to output: inout [UInt8]) {
        switch byte {
        case 0x0A: output += [Byte.backslash, 0x6E]
        case 0x0D: output += [Byte.backslash, 0x72]
        case 0x09: output += [Byte.backslash, 0x74]
        default: appendEscaped(unit: UInt16(byte), to: &output)
        }
    }

    /// Appends `\u` and four digits in lower case.
    static func appendEscaped(unit: UInt16, to output: inout [UInt8]) {
        output += [Byte.backslash, 0x75]
        for shift in [12, 8, 4, 0] {
            let digit = UInt8(truncatingIfNeeded: unit >> UInt16(shift)) & 0xF
            output.append(digit < 10 ? 0x30 + digit : 0x57 + digit)
        }
    }
}
