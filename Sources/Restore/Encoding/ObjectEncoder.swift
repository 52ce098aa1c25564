import RowJSON

/// NDJSON of chosen or renamed columns, or with the window's, and JSON arrays. Values keep their bytes, but those that
/// are no UTF-8 in JSON; a column that a row lacks is left out.
///
/// In an array each row is preceded by a comma and a line end, so that rows can be encoded before it is known which is
/// the first; the first one's comma is dropped.
struct ObjectEncoder: RowEncoder {
    private let slots: RowSlots
    private let picks: [Int]?
    private let labels: KeyIndex
    private let appendsWindow: Bool
    private let windowColumns: Int
    private let isArray: Bool
    /// What the keys of a row can come to at most.
    private let keyBytes: Int

    init(_ choice: ColumnChoice, isArray: Bool) {
        slots = RowSlots(index: choice.index)
        labels = choice.labels
        // Keys that change have the row put together anew, and so have, in JSON, those that are no text.
        let isRebuilt = choice.isRenamed || isArray && choice.index.hasUnsound
        picks = isRebuilt ? choice.numbers : choice.picks
        appendsWindow = choice.appendsWindow && !isRebuilt
        windowColumns = choice.windowColumns
        self.isArray = isArray
        keyBytes = labels.tokens.count + choice.index.tokens.count + labels.count + 8
    }

    var header: [UInt8] { isArray ? [Byte.openBracket] : [] }
    var separatorBytes: Int { isArray ? 1 : 0 }

    func footer(afterRows rows: Int) -> [UInt8] {
        guard isArray else { return [] }
        return (rows > 0 ? [Byte.newline] : []) + [Byte.closeBracket, Byte.newline]
    }

    func appendix(_ values: [[UInt8]]) -> [UInt8] {
        let output = OutputBuffer()
        for (place, value) in values.prefix(windowColumns).enumerated() {
            output.reserve(value.count + keyBytes)
            output.put(Byte.comma)
            putWindow(slots.index.count + place, value, to: output)
        }
        return Array(output.bytes)
    }

    func encode(_ ndjson: UnsafeRawBufferPointer, _ scratch: EncodingScratch, to output: OutputBuffer) throws {
        try RowLines.forEach(in: ndjson) { row in
            output.reserve(row.count + keyBytes + (scratch.window?.room ?? 0))
            let begin = output.count
            if isArray {
                output.put(Byte.comma)
                output.put(Byte.newline)
            }
            if let picks {
                try slots.fill(row, scratch)
                put(picks, scratch, to: output)
            } else if appendsWindow {
                putWithWindow(row, scratch, to: output)
            } else {
                output.put(row)
            }
            if isArray { repair(from: begin, scratch, output) } else { output.put(Byte.newline) }
        }
    }

    /// JSON is UTF-8: what is none in the row written since `begin` becomes U+FFFD.
    private func repair(from begin: Int, _ scratch: EncodingScratch, _ output: OutputBuffer) {
        let row = UnsafeRawBufferPointer(rebasing: output.bytes[begin...])
        guard !UTF8Text.isSound(row) else { return }
        scratch.decoded.removeAll(keepingCapacity: true)
        scratch.repairs.invalidUTF8 += UTF8Text.appendRepaired(row, to: &scratch.decoded)
        output.end = output.start + begin
        scratch.decoded.withUnsafeBytes { output.append($0) }
    }

    private func put(_ picks: [Int], _ scratch: EncodingScratch, to output: OutputBuffer) {
        var separator = Byte.openBrace
        for number in picks {
            if number >= slots.index.count {
                guard let value = scratch.window?.values[number - slots.index.count] else { continue }
                output.put(separator)
                putWindow(number, value, to: output)
            } else {
                let slot = scratch.slots[number]
                guard let start = slot.start else { continue }
                output.put(separator)
                keys(number).withToken(number) { output.put($0) }
                output.put(UnsafeRawBufferPointer(start: start, count: slot.length))
            }
            separator = Byte.comma
        }
        if separator == Byte.openBrace { output.put(Byte.openBrace) }
        output.put(Byte.closeBrace)
    }

    /// Where a column's key is taken from: NDJSON has one that is no text as it stands in the rows, unless it was
    /// renamed.
    private func keys(_ number: Int) -> KeyIndex {
        let isKept = !isArray && slots.index.isUnsound(number) && labels.names[number] == slots.index.names[number]
        return isKept ? slots.index : labels
    }

    private func putWindow(_ number: Int, _ value: [UInt8], to output: OutputBuffer) {
        labels.withToken(number) { output.put($0) }
        value.withUnsafeBytes { output.put($0) }
    }

    /// The row as it is, with the window's fields before its closing brace.
    private func putWithWindow(_ row: UnsafeRawBufferPointer, _ scratch: EncodingScratch, to output: OutputBuffer) {
        guard let appendix = scratch.window?.appendix, let brace = row.lastIndex(of: Byte.closeBrace) else {
            return output.put(row)
        }
        output.reserve(row.count + appendix.count + 2)
        let own = UnsafeRawBufferPointer(rebasing: row[..<brace])
        output.put(own)
        let isEmpty = own.last { !Byte.isWhite($0) } == Byte.openBrace
        appendix.dropFirst(isEmpty ? 1 : 0).withUnsafeBytes { output.put($0) }
        output.put(Byte.closeBrace)
    }
}
