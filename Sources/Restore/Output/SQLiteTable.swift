/// Inserts the rows that a ``CellEncoder`` wrote.
///
/// Unchecked: calls come one at a time.
final class SQLiteTable: RowSink, @unchecked Sendable {
    let path: String?
    private let insert: SQLiteInsert
    private let columns: Int

    init(path: String, _ insert: SQLiteInsert, columns: Int) {
        self.path = path
        self.insert = insert
        self.columns = columns
    }

    func write(_ bytes: UnsafeRawBufferPointer) throws(RestoreError) {
        var at = 0
        while at < bytes.count {
            for column in 0..<columns {
                let length = bytes.loadUnaligned(fromByteOffset: at, as: UInt32.self)
                at += 4
                guard length != CellEncoder.null else {
                    try insert.set(column, nil)
                    continue
                }
                try insert.set(column, UnsafeRawBufferPointer(rebasing: bytes[at..<(at + Int(length))]))
                at += Int(length)
            }
            try insert.run()
        }
    }

    /// The database is finished as one.
    func finish() {}

    func abandon() {}
}
