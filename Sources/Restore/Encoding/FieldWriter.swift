import RowJSON

/// Writes one value as a field of CSV or TSV.
enum FieldWriter {
    /// The room that a value of `count` bytes needs at most, with what copying by words may write beyond it: a byte
    /// becomes two where it is escaped, and three where it is no UTF-8.
    @inline(__always)
    static func room(_ count: Int) -> Int { 3 * count + 16 }

    /// Writes a value as RFC 4180 or the rules of TSV want it. There must be ``room(_:)``.
    static func put(_ value: UnsafeRawBufferPointer, isCSV: Bool, to output: OutputBuffer) {
        if isCSV { putCSV(value, to: output) } else { putTSV(value, to: output) }
    }

    /// Puts quotes around what was written since `begin`, which holds no quote itself.
    static func quote(from begin: UnsafeMutablePointer<UInt8>, _ output: OutputBuffer) {
        let count = output.end - begin
        UnsafeMutableRawPointer(begin + 1).copyMemory(from: begin, byteCount: count)
        begin.pointee = Byte.quote
        output.end = begin + count + 1
        output.put(Byte.quote)
    }

    /// Puts quotes around the only value of a line, written since `begin`, where readers would not see the line
    /// otherwise, or take it amiss: most skip a line that is empty, pandas one of spaces, and PostgreSQL ends where one
    /// is `\.`.
    static func quoteLoneValue(from begin: UnsafeMutablePointer<UInt8>, isCSV: Bool, _ output: OutputBuffer) {
        let value = UnsafeRawBufferPointer(start: begin, count: output.end - begin)
        let isBlank = value.allSatisfy { $0 == Byte.space || $0 == 0x09 }
        if isBlank || isCSV && value.elementsEqual([Byte.backslash, 0x2E]) { quote(from: begin, output) }
    }

    /// An empty value is `""`, to be told from an absent one.
    private static func putCSV(_ value: UnsafeRawBufferPointer, to output: OutputBuffer) {
        let isQuoted =
            value.isEmpty || value.contains { $0 == Byte.quote || $0 == Byte.comma || $0 == 0x0A || $0 == 0x0D }
        guard isQuoted else { return output.put(value) }
        output.put(Byte.quote)
        for byte in value {
            if byte == Byte.quote { output.put(Byte.quote) }
            output.put(byte)
        }
        output.put(Byte.quote)
    }

    private static func putTSV(_ value: UnsafeRawBufferPointer, to output: OutputBuffer) {
        for byte in value {
            switch byte {
            case 0x09: putEscape(0x74, to: output)
            case 0x0A: putEscape(0x6E, to: output)
            case 0x0D: putEscape(0x72, to: output)
            case Byte.backslash: putEscape(Byte.backslash, to: output)
            default: output.put(byte)
            }
        }
    }

    @inline(__always)
    private static func putEscape(_ byte: UInt8, to output: OutputBuffer) {
        output.put(Byte.backslash)
        output.put(byte)
    }
}
