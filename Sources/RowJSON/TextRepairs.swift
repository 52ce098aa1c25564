/// What of a string was no text, or is text that some readers take amiss.
package struct TextRepairs: Sendable, Hashable {
    /// Halves of surrogate pairs, each written as U+FFFD.
    package var loneSurrogates = 0
    /// Sequences that are no UTF-8, each written as U+FFFD.
    package var invalidUTF8 = 0
    /// NUL characters, which stay.
    package var nuls = 0

    package init(loneSurrogates: Int = 0, invalidUTF8: Int = 0, nuls: Int = 0) {
        self.loneSurrogates = loneSurrogates
        self.invalidUTF8 = invalidUTF8
        self.nuls = nuls
    }

    /// How often U+FFFD was written.
    package var replaced: Int { loneSurrogates + invalidUTF8 }

    package mutating func add(_ other: TextRepairs) {
        loneSurrogates += other.loneSurrogates
        invalidUTF8 += other.invalidUTF8
        nuls += other.nuls
    }
}
