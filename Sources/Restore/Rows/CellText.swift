import RowJSON

/// The text of a value as CSV shows it, before any quoting: strings decoded, everything else as it stands, and U+FFFD
/// for what is no text. The scratch's `lastRepairs` tell what was replaced.
enum CellText {
    /// Calls `body` with a column's text; nil for null and absent. The bytes are good inside the call.
    @inline(__always)
    static func with<Result>(
        _ slot: EncodingScratch.Slot, _ scratch: EncodingScratch, _ body: (UnsafeRawBufferPointer?) throws -> Result
    ) rethrows -> Result {
        guard let start = slot.start else {
            scratch.lastRepairs = TextRepairs()
            return try body(nil)
        }
        return try with(UnsafeRawBufferPointer(start: start, count: slot.length), scratch, body)
    }

    /// The same of a value's JSON text, which must be sound.
    static func with<Result>(
        _ json: UnsafeRawBufferPointer, _ scratch: EncodingScratch, _ body: (UnsafeRawBufferPointer?) throws -> Result
    ) rethrows -> Result {
        scratch.lastRepairs = TextRepairs()
        switch json.first {
        case Byte.quote:
            let raw = UnsafeRawBufferPointer(rebasing: json[1..<(json.count - 1)])
            guard !JSONText.isPlain(raw) else { return try body(raw) }
            scratch.decoded.removeAll(keepingCapacity: true)
            scratch.lastRepairs = JSONText.decodeString(raw, into: &scratch.decoded)
            return try scratch.decoded.withUnsafeBytes { try body($0) }
        case 0x6E, nil: return try body(nil)
        default:
            guard !UTF8Text.isSound(json) else { return try body(json) }
            scratch.decoded.removeAll(keepingCapacity: true)
            scratch.lastRepairs.invalidUTF8 = UTF8Text.appendRepaired(json, to: &scratch.decoded)
            return try scratch.decoded.withUnsafeBytes { try body($0) }
        }
    }
}
