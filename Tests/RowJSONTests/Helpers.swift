import RowJSON

func parse(_ text: String) throws(RowJSONError) -> Envelope {
    try Envelope.parse(Array(text.utf8))
}

/// The rows of a block, as text.
func texts(_ block: RowBlock?) -> [String]? {
    guard let block else { return nil }
    var rows: [String] = []
    block.forEachRow { rows.append(String(decoding: $0, as: UTF8.self)) }
    return rows
}

/// Calls `body` with the bytes of `text`.
func withBytes<R>(_ text: String, _ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
    try Array(text.utf8).withUnsafeBytes(body)
}
