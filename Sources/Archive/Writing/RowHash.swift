internal import Crypto

/// The SHA-256 of one row's archived bytes, without the newline: 32 bytes, held in place.
public struct RowHash: Sendable, Hashable {
    /// Four limbs of 64 bits, the most significant first.
    let limbs: (UInt64, UInt64, UInt64, UInt64)

    /// - Complexity: O(*n*) in the row's bytes.
    public init(of row: UnsafeRawBufferPointer) {
        limbs = SHA256.hash(data: row).withUnsafeBytes { digest in
            (
                UInt64(bigEndian: digest.loadUnaligned(fromByteOffset: 0, as: UInt64.self)),
                UInt64(bigEndian: digest.loadUnaligned(fromByteOffset: 8, as: UInt64.self)),
                UInt64(bigEndian: digest.loadUnaligned(fromByteOffset: 16, as: UInt64.self)),
                UInt64(bigEndian: digest.loadUnaligned(fromByteOffset: 24, as: UInt64.self))
            )
        }
    }

    /// The hash of a row held as an array.
    public init(of row: [UInt8]) {
        self = row.withUnsafeBytes { RowHash(of: $0) }
    }

    /// The first 128 bits.
    package var leadingWords: (UInt64, UInt64) { (limbs.0, limbs.1) }

    public static func == (left: RowHash, right: RowHash) -> Bool { left.limbs == right.limbs }

    /// A SHA-256 is evenly spread already: one limb tells as much as all four.
    public func hash(into hasher: inout Hasher) { hasher.combine(limbs.3) }
}
