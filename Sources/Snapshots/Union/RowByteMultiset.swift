import RowJSON

/// The rows of a block as a multiset, to find rows of the same bytes in another block.
struct RowByteMultiset {
    private let rows: RowBlock
    /// The places of rows not taken yet, by their fingerprints.
    private var places: [UInt64: [Int]] = [:]
    /// How many rows were not taken yet.
    private(set) var count: Int
    /// The sketches that the rows have: nearly all other rows show by theirs that they are none of these.
    private var sketches = Sketches()

    init(_ rows: RowBlock) {
        self.rows = rows
        count = rows.count
        // Of rows alike the first is taken first.
        for place in (0..<rows.count).reversed() {
            let (fingerprint, sketch) = rows.withRow(place) { (Self.fingerprint($0), Self.sketch($0)) }
            places[fingerprint, default: []].append(place)
            sketches.insert(sketch)
        }
    }

    /// The places of rows not taken yet, ascending.
    var rest: [Int] { places.values.flatMap(\.self).sorted() }

    /// Takes out a row of the same bytes; false where there is none left.
    ///
    /// - Complexity: O(*n*) in the row's bytes, without an allocation; for each row of the same fingerprint as often.
    mutating func take(_ row: UnsafeRawBufferPointer) -> Bool {
        guard sketches.contains(Self.sketch(row)) else { return false }
        let fingerprint = Self.fingerprint(row)
        guard let candidates = places[fingerprint],
            let index = candidates.lastIndex(where: { rows.withRow($0) { $0.elementsEqual(row) } })
        else { return false }
        places[fingerprint]?.remove(at: index)
        count -= 1
        return true
    }

    /// Takes out the rows that stand in another block as well; of rows alike as many as stand there.
    ///
    /// - Returns: their places in that block, ascending.
    mutating func take(from other: RowBlock) -> [Int] {
        var places: [Int] = []
        for place in 0..<other.count where count > 0 {
            if other.withRow(place, { take($0) }) { places.append(place) }
        }
        return places
    }

    /// Whether any row stands in both blocks, by its bytes.
    ///
    /// - Complexity: O(*n* + *m*) in the numbers of rows, of which few are read whole.
    static func shareRow(_ one: RowBlock, _ other: RowBlock) -> Bool {
        var sketches = Sketches()
        one.forEachRow { sketches.insert(sketch($0)) }
        var candidates = RowBlock()
        other.forEachRow { if sketches.contains(sketch($0)) { candidates.append(row: $0) } }
        var bag = RowByteMultiset(candidates)
        return (0..<one.count).contains { index in one.withRow(index) { bag.take($0) } }
    }

    /// A number below 4096, from a row's length and five words of it.
    private static func sketch(_ row: UnsafeRawBufferPointer) -> Int {
        guard row.count >= 8 else { return row.count }
        var sum = UInt64(truncatingIfNeeded: row.count)
        for part in 0...4 {
            mix(row.loadUnaligned(fromByteOffset: (row.count - 8) * part / 4, as: UInt64.self), into: &sum)
        }
        return Int(truncatingIfNeeded: sum >> 52)
    }

    /// A number that rows of different bytes rarely share, at a word a step. What shares it on purpose costs
    /// comparisons only.
    private static func fingerprint(_ row: UnsafeRawBufferPointer) -> UInt64 {
        var sum = UInt64(truncatingIfNeeded: row.count)
        var offset = 0
        while row.count - offset >= 8 {
            mix(row.loadUnaligned(fromByteOffset: offset, as: UInt64.self), into: &sum)
            offset += 8
        }
        while offset < row.count {
            mix(UInt64(row[offset]), into: &sum)
            offset += 1
        }
        return sum
    }

    @inline(__always)
    private static func mix(_ word: UInt64, into sum: inout UInt64) {
        sum = (sum ^ word) &* 0x9E37_79B9_7F4A_7C15
        sum ^= sum >> 32
    }
}

extension RowByteMultiset {
    /// A set of numbers below 4096, a bit each.
    private struct Sketches {
        private var words = [UInt64](repeating: 0, count: 64)

        mutating func insert(_ sketch: Int) {
            words[sketch >> 6] |= 1 << UInt64(sketch & 63)
        }

        func contains(_ sketch: Int) -> Bool {
            words[sketch >> 6] & (1 << UInt64(sketch & 63)) != 0
        }
    }
}
