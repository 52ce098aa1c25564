/// NDJSON as it was archived.
struct LineEncoder: RowEncoder {
    var header: [UInt8] { [] }
    var separatorBytes: Int { 0 }

    func footer(afterRows rows: Int) -> [UInt8] { [] }

    func encode(_ ndjson: UnsafeRawBufferPointer, _ scratch: EncodingScratch, to output: OutputBuffer) {
        output.append(ndjson)
    }
}
