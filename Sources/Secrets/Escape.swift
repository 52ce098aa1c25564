/// Escapes of addresses, forms, JSON and HTML: what stands for a character that is written in another way.
enum Escape {
    /// Whether an escape may begin with this byte.
    static func isBeginning(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "%"), UInt8(ascii: "+"), UInt8(ascii: "\\"), UInt8(ascii: "&"): true
        default: false
        }
    }

    /// - Returns: the bytes that the escape at `position` stands for and its length; nil where there is none.
    static func decode(_ text: [UInt8], at position: Int) -> (decoded: [UInt8], length: Int)? {
        switch text[position] {
        case UInt8(ascii: "%"): hex(text, at: position + 1, digits: 2).map { ([UInt8(truncatingIfNeeded: $0)], 3) }
        case UInt8(ascii: "+"): ([UInt8(ascii: " ")], 1)
        case UInt8(ascii: "\\"): backslash(text, at: position)
        case UInt8(ascii: "&"): entity(text, at: position)
        default: nil
        }
    }

    private static func backslash(_ text: [UInt8], at position: Int) -> (decoded: [UInt8], length: Int)? {
        guard position + 1 < text.count else { return nil }
        switch text[position + 1] {
        case UInt8(ascii: "u"):
            guard let unit = hex(text, at: position + 2, digits: 4) else { return nil }
            if (0xD800..<0xDC00).contains(unit), position + 7 < text.count, text[position + 6] == UInt8(ascii: "\\"),
                text[position + 7] == UInt8(ascii: "u"), let low = hex(text, at: position + 8, digits: 4),
                (0xDC00..<0xE000).contains(low)
            {
                return utf8(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)).map { ($0, 12) }
            }
            return utf8(unit).map { ($0, 6) }
        case UInt8(ascii: "x"):
            return hex(text, at: position + 2, digits: 2).map { ([UInt8(truncatingIfNeeded: $0)], 4) }
        case let letter:
            guard let character = letters[letter] else { return nil }
            return ([character], 2)
        }
    }

    private static let letters: [UInt8: UInt8] = [
        UInt8(ascii: "\""): UInt8(ascii: "\""), UInt8(ascii: "\\"): UInt8(ascii: "\\"),
        UInt8(ascii: "/"): UInt8(ascii: "/"), UInt8(ascii: "'"): UInt8(ascii: "'"), UInt8(ascii: "n"): 0x0A,
        UInt8(ascii: "r"): 0x0D, UInt8(ascii: "t"): 0x09, UInt8(ascii: "b"): 0x08, UInt8(ascii: "f"): 0x0C,
    ]

    private static let entities: [String: UInt8] = [
        "amp": UInt8(ascii: "&"), "lt": UInt8(ascii: "<"), "gt": UInt8(ascii: ">"), "quot": UInt8(ascii: "\""),
        "apos": UInt8(ascii: "'"), "nbsp": UInt8(ascii: " "),
    ]

    /// A name or a number between `&` and `;`, of at most 10 characters.
    private static func entity(_ text: [UInt8], at position: Int) -> (decoded: [UInt8], length: Int)? {
        let rest = text[(position + 1)...].prefix(11)
        guard let end = rest.firstIndex(of: UInt8(ascii: ";")), end > rest.startIndex else { return nil }
        let name = String(decoding: rest[..<end], as: UTF8.self)
        let length = end + 1 - position
        guard name.hasPrefix("#") else { return entities[name.lowercased()].map { ([$0], length) } }
        let isHex = name.dropFirst().first.map { $0 == "x" || $0 == "X" } ?? false
        return UInt32(name.dropFirst(isHex ? 2 : 1), radix: isHex ? 16 : 10).flatMap(utf8).map { ($0, length) }
    }

    private static func utf8(_ scalar: UInt32) -> [UInt8]? {
        Unicode.Scalar(scalar).map { Array(String($0).utf8) }
    }

    private static func hex(_ text: [UInt8], at position: Int, digits: Int) -> UInt32? {
        guard position + digits <= text.count else { return nil }
        var value: UInt32 = 0
        for byte in text[position..<(position + digits)] {
            guard let digit = hexDigit(byte) else { return nil }
            value = value << 4 | UInt32(digit)
        }
        return value
    }

    static func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x41 + 10
        case 0x61...0x66: byte - 0x61 + 10
        default: nil
        }
    }
}
