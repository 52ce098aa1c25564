import CSHA

/// SHA-256 over bytes that come in pieces, by the system's libcrypto.
package struct SHA256: Sendable {
    private var context = SHA256_CTX()

    package init() {
        SHA256_Init(&context)
    }

    /// Adds bytes to what is hashed.
    ///
    /// - Complexity: O(*n*) in the bytes.
    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        SHA256_Update(&context, bytes.baseAddress, bytes.count)
    }

    /// Adds an array's bytes to what is hashed.
    package mutating func update(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { update($0) }
    }

    /// The hash of all bytes that were added. The value itself stays as it is, and more may be added to it.
    package func finalized() -> Digest {
        var context = context
        var words: Digest.Words = (0, 0, 0, 0)
        withUnsafeMutableBytes(of: &words) { bytes in
            _ = SHA256_Final(bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), &context)
        }
        return Digest(
            words: (
                UInt64(bigEndian: words.0), UInt64(bigEndian: words.1), UInt64(bigEndian: words.2),
                UInt64(bigEndian: words.3)
            ))
    }

    /// The hash of bytes held in one place.
    package static func hash(_ bytes: UnsafeRawBufferPointer) -> Digest {
        var hash = SHA256()
        hash.update(bytes)
        return hash.finalized()
    }

    /// The hash of an array's bytes.
    package static func hash(_ bytes: [UInt8]) -> Digest {
        bytes.withUnsafeBytes { hash($0) }
    }

    /// The 32 bytes of a hash.
    package struct Digest: Sendable {
        package typealias Words = (UInt64, UInt64, UInt64, UInt64)

        /// The bytes as four numbers, the most significant first.
        package let words: Words

        /// 64 hex digits in lower case.
        package var hex: String {
            let words = [words.0, words.1, words.2, words.3]
            return Hex.text(
                words.flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (56 - 8 * UInt64($0))) } })
        }
    }
}
