import RowJSON

/// Rows as cells for a database, column by column: of each the length of its text, four bytes in the machine's order,
/// and the text; the largest length stands for NULL.
struct CellEncoder: RowEncoder {
    /// The length that stands for NULL.
    static let null = UInt32.max

    private let slots: RowSlots
    private let numbers: [Int]

    init(_ choice: ColumnChoice) {
        slots = RowSlots(index: choice.index)
        numbers = choice.numbers
    }

    var header: [UInt8] { [] }
    var separatorBytes: Int { 0 }

    func footer(afterRows rows: Int) -> [UInt8] { [] }

    func encode(_ ndjson: UnsafeRawBufferPointer, _ scratch: EncodingScratch, to output: OutputBuffer) throws {
        let cells = 4 * numbers.count
        try RowLines.forEach(in: ndjson) { row in
            output.reserve(3 * row.count + cells + (scratch.window?.room ?? 0))
            try slots.fill(row, scratch)
            for number in numbers {
                if number < slots.index.count {
                    CellText.with(scratch.slots[number], scratch) { put($0, scratch, to: output) }
                } else if let value = scratch.window?.values[number - slots.index.count] {
                    value.withUnsafeBytes { json in CellText.with(json, scratch) { put($0, scratch, to: output) } }
                }
            }
        }
    }

    private func put(_ text: UnsafeRawBufferPointer?, _ scratch: EncodingScratch, to output: OutputBuffer) {
        var length = text.map { UInt32($0.count) } ?? Self.null
        withUnsafeBytes(of: &length) { output.put($0) }
        if let text { output.put(text) }
        scratch.repairs.add(scratch.lastRepairs)
    }
}
