import NIOCore

/// Writes the envelope of a page around rows that are copied as they are.
struct PageEncoder {
    let total: Int
    let currentTotal: Int
    let shape: PageShape

    /// - Complexity: O(*n*) in the bytes of the rows, which are copied once.
    func encode(_ rows: some Collection<Int>, of table: RowTable) -> ByteBuffer {
        let total = count(total)
        let current = count(currentTotal)
        let before: String
        let after: String
        if shape.keysReordered {
            before = #"{"error":"success","data":{"dataList":["#
            after = #"],"currentTotal":\#(current),"total":\#(total)}}"#
        } else {
            before = #"{"data":{"total":\#(total),"currentTotal":\#(current),"dataList":["#
            after = #"]},"error":"success"}"#
        }
        let size = rows.reduce(before.utf8.count + after.utf8.count) {
            $0 + Int(table.entries[$1].length) + 1
        }
        var buffer = ByteBufferAllocator().buffer(capacity: size)
        buffer.writeString(before)
        table.forEachRun(rows) { buffer.writeBytes($0) }
        // Every row is followed by a comma; the last has nothing to part.
        if !rows.isEmpty { buffer.moveWriterIndex(to: buffer.writerIndex - 1) }
        buffer.writeString(after)
        return buffer
    }

    private func count(_ number: Int) -> String {
        shape.totalsAsText ? "\"\(number)\"" : "\(number)"
    }
}
