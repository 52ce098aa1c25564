/// A gzip member that holds nothing but zeros, written without compressing any (RFC 1951, 1952).
///
/// Its one block has Huffman codes in which "258 bytes as the one before" is two zero bits: all but some bytes at
/// either end of the member are zeros, which can be sent without ever being in memory. About a thousandth of what it
/// holds.
struct ZeroGzip: Sendable, Hashable {
    /// The bytes before the zeros.
    let start: [UInt8]
    /// How many zeros follow.
    let zeros: Int
    /// The bytes after the zeros.
    let end: [UInt8]

    /// The member's length.
    var count: Int { start.count + zeros + end.count }

    /// - Parameter size: how many zeros it holds, 1 to 2^32 − 1.
    init(holding size: Int) {
        var writer = BitWriter(bytes: [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF])
        Self.writeBlockHead(to: &writer)
        writer.append(code: "10")
        let (runs, rest) = (size - 1).quotientAndRemainder(dividingBy: 258)
        // Two zero bits a run: some to fill the byte begun, whole bytes of them, and what is left.
        let filling = min(2 * runs, writer.bitsToByte)
        writer.append(0, bits: filling)
        let left = 2 * runs - filling
        start = left >= 8 ? writer.bytes : []
        zeros = left / 8
        if left >= 8 { writer = BitWriter(bytes: []) }
        writer.append(0, bits: left % 8)
        for _ in 0..<rest { writer.append(code: "10") }
        writer.append(code: "11")
        let checksum = Self.checksum(ofZeros: size)
        end = writer.bytes + Self.littleEndian(checksum) + Self.littleEndian(UInt32(truncatingIfNeeded: size))
    }

    /// The last block, with codes for: the byte 0 (`10`), the end (`11`), a match of 258 bytes (`0`), the distance 1
    /// (`0`).
    private static func writeBlockHead(to writer: inout BitWriter) {
        writer.append(1, bits: 1)
        writer.append(2, bits: 2)
        writer.append(286 - 257, bits: 5)
        writer.append(1 - 1, bits: 5)
        writer.append(18 - 4, bits: 4)
        // The lengths of the codes for code lengths, in the order of the format: 18 has `0`, 1 has `10`, 2 has `11`.
        for symbol in [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1] {
            writer.append([18: 1, 1: 2, 2: 2][symbol] ?? 0, bits: 3)
        }
        func zeros(_ count: UInt64) {
            writer.append(code: "0")
            writer.append(count - 11, bits: 7)
        }
        writer.append(code: "11")
        zeros(138)
        zeros(117)
        writer.append(code: "11")
        zeros(28)
        writer.append(code: "10")
        writer.append(code: "10")
    }

    private static func littleEndian(_ number: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }

    /// CRC-32 of so many zeros. A zero changes the register linearly, so that *n* of them are a power of one matrix.
    ///
    /// - Complexity: O(log *n*).
    static func checksum(ofZeros count: Int) -> UInt32 {
        var register = UInt32.max
        var matrix = (0..<32).map { step(1 << UInt32($0)) }
        var count = count
        while count > 0 {
            if count & 1 == 1 { register = product(matrix, register) }
            matrix = matrix.map { product(matrix, $0) }
            count >>= 1
        }
        return ~register
    }

    private static func step(_ register: UInt32) -> UInt32 {
        (0..<8).reduce(register) { value, _ in value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
    }

    private static func product(_ matrix: [UInt32], _ vector: UInt32) -> UInt32 {
        matrix.indices.reduce(0) { vector >> UInt32($1) & 1 == 1 ? $0 ^ matrix[$1] : $0 }
    }
}

/// Writes bits into bytes, the lowest first, as deflate has them.
private struct BitWriter {
    private(set) var bytes: [UInt8]
    /// How many more bits the last byte takes.
    private(set) var bitsToByte = 0

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    mutating func append(_ number: UInt64, bits: Int) {
        for bit in 0..<bits {
            if bitsToByte == 0 {
                bytes.append(0)
                bitsToByte = 8
            }
            if number >> UInt64(bit) & 1 == 1 { bytes[bytes.count - 1] |= 1 << UInt8(8 - bitsToByte) }
            bitsToByte -= 1
        }
    }

    /// A Huffman code, its first bit first.
    mutating func append(code: String) {
        for bit in code { append(bit == "1" ? 1 : 0, bits: 1) }
    }
}
