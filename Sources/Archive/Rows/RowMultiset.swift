package import RowJSON

/// Rows by value, each with how often it occurs: a hash and a count for each distinct row.
///
/// Two rows are the same when their values are: key order, escapes and white space do not count. The key is the SHA-256
/// of the row's canonical form.
package struct RowMultiset: Sendable {
    package typealias Key = RowHash

    private var counts: [Key: Int] = [:]
    package private(set) var count = 0

    package init() {}

    package static func key(of row: UnsafeRawBufferPointer, scratch: inout [UInt8]) throws -> Key {
        scratch.removeAll(keepingCapacity: true)
        try CanonicalRow.append(row, to: &scratch)
        return scratch.withUnsafeBytes { RowHash(of: $0) }
    }

    package mutating func insert(_ key: Key) {
        counts[key, default: 0] += 1
        count += 1
    }

    package mutating func insert(contentsOf block: RowBlock) throws {
        var scratch: [UInt8] = []
        try block.forEachRow { insert(try Self.key(of: $0, scratch: &scratch)) }
    }

    package mutating func formUnion(_ keys: [Key]) {
        for key in keys { insert(key) }
    }

    /// Takes one occurrence out; false where there is none.
    package mutating func remove(_ key: Key) -> Bool {
        guard let found = counts[key] else { return false }
        counts[key] = found == 1 ? nil : found - 1
        count -= 1
        return true
    }
}
