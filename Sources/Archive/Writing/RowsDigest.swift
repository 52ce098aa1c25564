/// The sum modulo 2^256 of rows' SHA-256: the same whatever the rows' order, and the digests of parts add up.
///
/// An integrity sum: it finds what disks, memory and bugs do to rows. It is no proof against an adversary.
package struct RowsDigest: Sendable, Hashable {
    /// Four limbs of 64 bits, the most significant first.
    private var limbs: SIMD4<UInt64> = .zero

    /// The digest of no rows.
    package init() {}

    /// Adds a row, given by its archived bytes without the newline.
    package mutating func add(row: UnsafeRawBufferPointer) {
        add(RowHash(of: row))
    }

    /// Adds a row by its hash.
    package mutating func add(_ hash: RowHash) {
        add(SIMD4(hash.limbs.0, hash.limbs.1, hash.limbs.2, hash.limbs.3))
    }

    /// Adds the rows that `other` stands for.
    package mutating func add(_ other: RowsDigest) {
        add(other.limbs)
    }

    /// Takes a row out again.
    package mutating func subtract(_ hash: RowHash) {
        subtract(SIMD4(hash.limbs.0, hash.limbs.1, hash.limbs.2, hash.limbs.3))
    }

    /// Takes the rows that `other` stands for out again.
    package mutating func subtract(_ other: RowsDigest) {
        subtract(other.limbs)
    }

    private mutating func add(_ other: SIMD4<UInt64>) {
        var carry: UInt64 = 0
        for index in stride(from: 3, through: 0, by: -1) {
            let (sum, first) = limbs[index].addingReportingOverflow(other[index])
            let (total, second) = sum.addingReportingOverflow(carry)
            limbs[index] = total
            carry = first || second ? 1 : 0
        }
    }

    private mutating func subtract(_ other: SIMD4<UInt64>) {
        add(~other)
        add(SIMD4(0, 0, 0, 1))
    }
}

extension RowsDigest {
    /// The sum as 64 hex digits in lower case, big-endian: a manifest's `rows_digest`.
    package var hex: String {
        Hex.text((0..<4).flatMap { index in (0..<8).map { UInt8(truncatingIfNeeded: limbs[index] >> (56 - 8 * $0)) } })
    }

    /// Reads what ``hex`` writes; nil for anything else.
    package init?(hex: String) {
        guard let bytes = Hex.bytes(hex), bytes.count == 32 else { return nil }
        for (index, byte) in bytes.enumerated() { limbs[index / 8] = limbs[index / 8] << 8 | UInt64(byte) }
    }
}

extension RowsDigest: CustomStringConvertible {
    package var description: String { hex }
}
