package import RowJSON

/// The rows of a new answer, to find those that an older archive holds as well: by their bytes first, then by value, so
/// that a row is never taken for another that only means the same while that very row is there.
package struct FreshRows: Sendable {
    /// A row's two hashes.
    package struct Key: Sendable, Hashable {
        package let bytes: RowHash
        package let value: RowMultiset.Key

        package init(_ row: UnsafeRawBufferPointer, scratch: inout [UInt8]) throws {
            bytes = RowHash(of: row)
            value = try RowMultiset.key(of: row, scratch: &scratch)
        }
    }

    private var bytes = RowMultiset()
    package private(set) var values = RowMultiset()

    package init() {}

    package var count: Int { values.count }

    package mutating func formUnion(_ keys: [Key]) {
        for key in keys {
            bytes.insert(key.bytes)
            values.insert(key.value)
        }
    }

    package mutating func insert(contentsOf block: RowBlock) throws {
        var scratch: [UInt8] = []
        try block.forEachRow { formUnion([try Key($0, scratch: &scratch)]) }
    }

    /// Takes out a row of the same bytes; false where there is none. To be asked for every row of the archive before
    /// ``removeValue(_:)`` is for any.
    package mutating func removeBytes(_ key: Key) -> Bool {
        guard bytes.remove(key.bytes) else { return false }
        _ = values.remove(key.value)
        return true
    }

    /// Takes out a row of the same value; false where there is none left.
    package mutating func removeValue(_ key: Key) -> Bool { values.remove(key.value) }
}
