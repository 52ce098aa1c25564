internal import RowJSON

/// The rows of a block as a multiset, to find rows of the same bytes in another block.
struct RowBag {
    private let rows: RowBlock
    /// The places of rows not taken yet, by their fingerprints.
    private var places: [UInt64: [Int]] = [:]
    /// How many rows were not taken yet.
    private(set) var count: Int

    init(_ rows: RowBlock) {
        self.rows = rows
        count = rows.count
        // Of rows alike the first is taken first.
        for place in (0..<rows.count).reversed() {
            places[rows.withRow(place) { Self.fingerprint($0) }, default: []].append(place)
        }
    }

    /// The places of rows not taken yet, ascending.
    var rest: [Int] { places.values.flatMap(\.self).sorted() }

    /// Takes out a row of the same bytes; false where there is none left.
    ///
    /// - Complexity: O(*n*) in the row's bytes, without an allocation; for each row of the same fingerprint as often.
    mutating func take(_ row: UnsafeRawBufferPointer) -> Bool {
        let fingerprint = Self.fingerprint(row)
        guard let candidates = places[fingerprint],
            let index = candidates.lastIndex(where: { rows.withRow($0) { $0.elementsEqual(row) } })
        else { return false }
        places[fingerprint]?.remove(at: index)
        count -= 1
        return true
    }

    /// A number that rows of different bytes rarely share, at a word a step. What shares it on purpose costs comparisons only.
    private static func fingerprint(_ row: UnsafeRawBufferPointer) -> UInt64 {
        var sum = UInt64(truncatingIfNeeded: row.count)
        var offset = 0
        while row.count - offset >= 8 {
            sum = (sum ^ row.loadUnaligned(fromByteOffset: offset, as: UInt64.self)) &* 0x9E37_79B9_7F4A_7C15
            sum ^= sum >> 32
            offset += 8
        }
        while offset < row.count {
            sum = (sum ^ UInt64(row[offset])) &* 0x9E37_79B9_7F4A_7C15
            offset += 1
        }
        return sum
    }
}
