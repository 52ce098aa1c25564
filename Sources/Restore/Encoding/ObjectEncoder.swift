internal import RowJSON

/// NDJSON of chosen columns, and JSON arrays. Values keep their bytes; a column that a row lacks is left out.
///
/// In an array each row is preceded by a comma and a line end, so that rows can be encoded before it is known which is
/// the first; the first one's comma is dropped.
struct ObjectEncoder: RowEncoder {
    private let slots: RowSlots
    private let picks: [Int]?
    private let isArray: Bool
    /// What the keys of a row can come to at most.
    private let keyBytes: Int

    init(_ choice: ColumnChoice, isArray: Bool) {
        slots = RowSlots(index: choice.index)
        picks = choice.picks
        self.isArray = isArray
        keyBytes = choice.index.tokens.count + choice.index.count + 8
    }

    var header: [UInt8] { isArray ? [Byte.openBracket] : [] }
    var separatorBytes: Int { isArray ? 1 : 0 }

    func footer(afterRows rows: Int) -> [UInt8] {
        guard isArray else { return [] }
        return (rows > 0 ? [Byte.newline] : []) + [Byte.closeBracket, Byte.newline]
    }

    func encode(_ ndjson: UnsafeRawBufferPointer, _ scratch: EncodingScratch, to output: OutputBuffer) throws {
        try RowLines.forEach(in: ndjson) { row in
            output.reserve(row.count + keyBytes)
            if isArray {
                output.put(Byte.comma)
                output.put(Byte.newline)
            }
            if let picks {
                try slots.fill(row, scratch)
                put(picks, scratch, to: output)
            } else {
                output.put(row)
            }
            if !isArray { output.put(Byte.newline) }
        }
    }

    private func put(_ picks: [Int], _ scratch: EncodingScratch, to output: OutputBuffer) {
        var separator = Byte.openBrace
        for number in picks {
            let slot = scratch.slots[number]
            guard let start = slot.start else { continue }
            output.put(separator)
            separator = Byte.comma
            slots.index.withToken(number) { output.put($0) }
            output.put(UnsafeRawBufferPointer(start: start, count: slot.length))
        }
        if separator == Byte.openBrace { output.put(Byte.openBrace) }
        output.put(Byte.closeBrace)
    }
}
