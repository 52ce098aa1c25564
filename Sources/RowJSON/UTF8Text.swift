/// UTF-8 in bytes from outside: whether it is sound, and what is written where it is not.
///
/// Sound is what the Unicode Standard calls well-formed (section 3.9, table 3-7): no overlong form, no half of a
/// surrogate pair, nothing above U+10FFFF.
package enum UTF8Text {
    /// U+FFFD.
    static let replacement: [UInt8] = [0xEF, 0xBF, 0xBD]

    /// Whether all of `bytes` is sound UTF-8.
    ///
    /// - Complexity: O(*n*); a word at a time where it is ASCII, a character at a time elsewhere.
    package static func isSound(_ bytes: UnsafeRawBufferPointer) -> Bool {
        firstUnsound(in: bytes, from: 0) == bytes.count
    }

    /// Appends `bytes` with U+FFFD for each longest run that begins a character and does not end it, and for each byte
    /// that begins none: what Python, browsers and Swift write.
    ///
    /// - Returns: how often U+FFFD was written.
    package static func appendRepaired(_ bytes: UnsafeRawBufferPointer, to output: inout [UInt8]) -> Int {
        var count = 0
        forEach(in: bytes) { run, isSound in
            if isSound {
                output.append(contentsOf: run)
            } else {
                output += replacement
                count += 1
            }
        }
        return count
    }

    /// Calls `body` with the runs that `bytes` consist of: sound ones, and each that U+FFFD stands for, at most 3
    /// bytes.
    static func forEach(in bytes: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer, _ isSound: Bool) -> Void) {
        var at = 0
        while at < bytes.count {
            let unsound = firstUnsound(in: bytes, from: at)
            if unsound > at { body(UnsafeRawBufferPointer(rebasing: bytes[at..<unsound]), true) }
            guard unsound < bytes.count else { return }
            at = unsound + unsoundLength(in: bytes, at: unsound)
            body(UnsafeRawBufferPointer(rebasing: bytes[unsound..<at]), false)
        }
    }

    /// Where the first byte is that belongs to no sound character; the end where all do.
    private static func firstUnsound(in bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
        guard let base = bytes.baseAddress else { return 0 }
        var at = start
        while bytes.count - at >= 8 {
            if base.loadUnaligned(fromByteOffset: at, as: UInt64.self) & Word.repeating(0x80) == 0 {
                at += 8
                continue
            }
            let first = base.load(fromByteOffset: at, as: UInt8.self)
            if first < 0x80 {
                at += 1
                continue
            }
            let length = length(UInt32(littleEndian: base.loadUnaligned(fromByteOffset: at, as: UInt32.self)))
            guard length > 0 else { return at }
            at += length
        }
        while at < bytes.count {
            guard bytes[at] >= 0x80 else {
                at += 1
                continue
            }
            var word: UInt32 = 0
            for (place, byte) in bytes[at...].prefix(4).enumerated() { word |= UInt32(byte) << UInt32(8 * place) }
            // What lies behind the end is zero, which continues no character.
            let length = length(word)
            guard length > 0 else { return at }
            at += length
        }
        return at
    }

    /// The length of the sound character of several bytes that a word begins with, its first byte lowest; else 0.
    @inline(__always)
    private static func length(_ word: UInt32) -> Int {
        if word & 0x00C0_C0F0 == 0x0080_80E0 {
            // The bits that tell an overlong form, and those of a surrogate.
            let bits = word & 0x200F
            return bits != 0 && bits != 0x200D ? 3 : 0
        }
        if word & 0xC0E0 == 0x80C0 { return word & 0x1E != 0 ? 2 : 0 }
        if word & 0xC0C0_C0F8 == 0x8080_80F0 {
            let leading = (word & 0x07) << 2 | (word >> 12) & 0x3
            return leading >= 1 && leading <= 16 ? 4 : 0
        }
        return 0
    }

    /// How many bytes from `index` on could begin a sound character that they do not end; at least 1.
    private static func unsoundLength(in bytes: UnsafeRawBufferPointer, at index: Int) -> Int {
        let (first, wanted): (ClosedRange<UInt8>, Int)
        switch bytes[index] {
        case 0xC2...0xDF: (first, wanted) = (0x80...0xBF, 2)
        case 0xE0: (first, wanted) = (0xA0...0xBF, 3)
        case 0xED: (first, wanted) = (0x80...0x9F, 3)
        case 0xE1...0xEF: (first, wanted) = (0x80...0xBF, 3)
        case 0xF0: (first, wanted) = (0x90...0xBF, 4)
        case 0xF4: (first, wanted) = (0x80...0x8F, 4)
        case 0xF1...0xF3: (first, wanted) = (0x80...0xBF, 4)
        default: return 1
        }
        var length = 1
        while length < wanted, index + length < bytes.count,
            (length == 1 ? first : 0x80...0xBF).contains(bytes[index + length])
        {
            length += 1
        }
        return length
    }
}
