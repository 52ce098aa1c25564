/// A row's place in the restore and what it is sorted by: 32 bytes, held in place.
struct RowRecord: BitwiseCopyable, Comparable, Sendable {
    /// What the record is sorted by first.
    var key: (UInt64, UInt64)
    /// The row's place; see ``RowPlace``.
    var place: UInt64
    /// The row's lot in a sample.
    var lot: UInt64

    static func < (left: RowRecord, right: RowRecord) -> Bool {
        if left.key.0 != right.key.0 { return left.key.0 < right.key.0 }
        if left.key.1 != right.key.1 { return left.key.1 < right.key.1 }
        return left.place < right.place
    }

    static func == (left: RowRecord, right: RowRecord) -> Bool {
        left.key == right.key && left.place == right.place
    }
}

/// A row's place in a restore as one number, ascending in the order of the output: its piece, and its place in that.
enum RowPlace {
    private static let rowBits: UInt64 = 36

    static func of(row: Int, piece: Int) -> UInt64 { UInt64(piece) << rowBits | UInt64(row) }

    static func piece(_ place: UInt64) -> Int { Int(place >> rowBits) }
}
