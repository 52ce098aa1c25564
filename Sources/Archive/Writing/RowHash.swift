/// The SHA-256 of one row's archived bytes, without the newline: 32 bytes, held in place.
package struct RowHash: Sendable, Hashable {
    /// Four limbs of 64 bits, the most significant first.
    let limbs: (UInt64, UInt64, UInt64, UInt64)

    /// - Complexity: O(*n*) in the row's bytes.
    package init(of row: UnsafeRawBufferPointer) {
        limbs = SHA256.hash(row).words
    }

    /// The hash of a row held as an array.
    package init(of row: [UInt8]) {
        self = row.withUnsafeBytes { RowHash(of: $0) }
    }

    /// The first 128 bits.
    package var leadingWords: (UInt64, UInt64) { (limbs.0, limbs.1) }

    package static func == (left: RowHash, right: RowHash) -> Bool { left.limbs == right.limbs }

    /// A SHA-256 is evenly spread already: one limb tells as much as all four.
    package func hash(into hasher: inout Hasher) { hasher.combine(limbs.3) }
}
