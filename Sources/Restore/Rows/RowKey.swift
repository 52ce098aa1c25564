import Archive
import RowJSON

/// What two rows have in common that are the same in certain columns: 128 bits of the SHA-256 of their values.
///
/// Two rows that differ share them by chance with a probability of about 2^-64 among four thousand million rows.
struct RowKey: Sendable {
    private let columns: [Int]

    /// - Throws: ``RestoreError/Code/badColumn``.
    init(_ dedupe: RowRules.Dedupe, _ choice: ColumnChoice) throws(RestoreError) {
        guard let names = dedupe.columns else {
            columns = choice.ownNumbers
            return
        }
        var columns: [Int] = []
        for name in choice.names(meantBy: names) { columns.append(try choice.number(of: name)) }
        self.columns = columns
    }

    private func append(_ text: UnsafeRawBufferPointer?, to buffer: OutputBuffer) {
        // A length that no text has stands for none, so that no two lists of values read the same.
        var length = text.map { UInt64($0.count) } ?? .max
        withUnsafeBytes(of: &length) { buffer.append($0) }
        if let text { buffer.append(text) }
    }

    /// What CSV shows with U+FFFD counts by what it is: two values that are no text may look the same and differ.
    private func appendUnsound(_ slot: EncodingScratch.Slot, to buffer: OutputBuffer) {
        let json = UnsafeRawBufferPointer(start: slot.start, count: slot.length)
        var length = UInt64.max - 1
        withUnsafeBytes(of: &length) { buffer.append($0) }
        guard json.first == Byte.quote else { return append(json, to: buffer) }
        let raw = UnsafeRawBufferPointer(rebasing: json[1..<(json.count - 1)])
        JSONText.code(of: raw).withUnsafeBytes { append($0, to: buffer) }
    }

    /// The key of the row in the scratch's slots.
    ///
    /// - Parameter buffer: what the values are put together in; emptied first.
    func words(_ scratch: EncodingScratch, _ buffer: OutputBuffer) -> (UInt64, UInt64) {
        buffer.clear()
        for column in columns {
            CellText.with(scratch.slots[column], scratch) { text in
                guard scratch.lastRepairs.replaced > 0 else { return append(text, to: buffer) }
                appendUnsound(scratch.slots[column], to: buffer)
            }
        }
        return RowHash(of: buffer.bytes).leadingWords
    }
}
