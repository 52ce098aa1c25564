import RowJSON

extension DelimitedEncoder {
    /// Writes the value at the scanner's position, and steps over it.
    @inline(__always)
    func putValue(_ scanner: inout JSONScanner, _ scratch: EncodingScratch, to output: OutputBuffer) throws {
        guard !scanner.isAtEnd else { throw scanner.unexpected("a value") }
        let start = scanner.position
        switch start.pointee {
        case Byte.quote:
            scanner.position += 1
            if isGuarded || !putPlainString(&scanner, to: output) { try putString(&scanner, scratch, to: output) }
        case Byte.minus, 0x30...0x39:
            try scanner.skipNumber()
            output.put(scanner.text(from: start))
        default:
            try scanner.skipValue()
            let text = scanner.text(from: start)
            switch start.pointee {
            case 0x6E: break
            case Byte.openBrace, Byte.openBracket: putNested(text, scratch, to: output)
            default: output.put(text)
            }
        }
    }

    /// Writes an array or object as its JSON text.
    private func putNested(_ text: UnsafeRawBufferPointer, _ scratch: EncodingScratch, to output: OutputBuffer) {
        guard !UTF8Text.isSound(text) else { return FieldWriter.put(text, isCSV: isCSV, to: output) }
        scratch.decoded.removeAll(keepingCapacity: true)
        scratch.repairs.invalidUTF8 += UTF8Text.appendRepaired(text, to: &scratch.decoded)
        scratch.decoded.withUnsafeBytes { FieldWriter.put($0, isCSV: isCSV, to: output) }
    }

    /// Copies a string without escapes, a word at a time, up to its closing quote. Where there is anything to decode,
    /// or to replace, nothing is written or stepped over, and the answer is false.
    @inline(__always)
    private func putPlainString(_ scanner: inout JSONScanner, to output: OutputBuffer) -> Bool {
        let first = scanner.position
        let begin = output.end
        var from = first
        var to = begin
        var hasSeparator = false
        // All bytes of the string together: the top bits tell whether it is ASCII.
        var bits: UInt64 = 0
        var stop: UInt8 = 0
        while scanner.end - from >= 8 {
            let word = Word.load(from)
            UnsafeMutableRawPointer(to).storeBytes(of: word.littleEndian, as: UInt64.self)
            let stops =
                Word.bytes(equalTo: Byte.quote, in: word) | Word.bytes(equalTo: Byte.backslash, in: word)
                | Word.bytes(below: Byte.space, in: word)
            let commas = Word.bytes(equalTo: Byte.comma, in: word)
            if stops != 0 {
                // The lowest bits are exact; commas behind the stop are not the string's.
                if commas.trailingZeroBitCount < stops.trailingZeroBitCount { hasSeparator = true }
                let count = stops.trailingZeroBitCount / 8
                bits |= word & ~(UInt64.max << UInt64(8 * count))
                from += count
                to += count
                stop = from.pointee
                break
            }
            if commas != 0 { hasSeparator = true }
            bits |= word
            from += 8
            to += 8
        }
        while stop == 0 {
            guard from < scanner.end else { return false }
            let byte = from.pointee
            if byte == Byte.quote || byte == Byte.backslash || byte < Byte.space {
                stop = byte | 0x80
            } else {
                if byte == Byte.comma { hasSeparator = true }
                bits |= UInt64(byte)
                to.pointee = byte
                from += 1
                to += 1
            }
        }
        guard stop & 0x7F == Byte.quote,
            bits & Word.repeating(0x80) == 0
                || UTF8Text.isSound(UnsafeRawBufferPointer(start: begin, count: to - begin))
        else { return false }
        scanner.position = from + 1
        output.end = to
        if isCSV, hasSeparator || to == begin { FieldWriter.quote(from: begin, output) }
        return true
    }

    /// Decodes a string, guards it where asked, and writes it.
    private func putString(
        _ scanner: inout JSONScanner, _ scratch: EncodingScratch, to output: OutputBuffer
    ) throws {
        let first = scanner.position
        try scanner.skipString()
        let raw = UnsafeRawBufferPointer(start: first, count: scanner.position - first - 1)
        scratch.decoded.removeAll(keepingCapacity: true)
        scratch.repairs.add(JSONText.decodeString(raw, into: &scratch.decoded))
        if isGuarded, FormulaGuard.isNeeded(scratch.decoded) { scratch.decoded.insert(FormulaGuard.mark, at: 0) }
        scratch.decoded.withUnsafeBytes { FieldWriter.put($0, isCSV: isCSV, to: output) }
    }
}
