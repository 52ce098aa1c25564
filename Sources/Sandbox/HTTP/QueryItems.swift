/// Names and values of a query or a form. Names are in lower case, since the server does not mind theirs.
struct QueryItems: Sendable, Hashable {
    private var values: [String: String] = [:]

    /// Reads `name=value&name=value`, percent-encoded, `+` for a space. Of equal names the first counts; empty items,
    /// such as a doubled `&` makes, are skipped.
    init(_ text: some StringProtocol) {
        for item in text.split(separator: "&") {
            let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = Self.decode(parts[0].utf8).lowercased()
            guard values[name] == nil else { continue }
            values[name] = parts.count > 1 ? Self.decode(parts[1].utf8) : ""
        }
    }

    subscript(name: String) -> String? { values[name] }

    private static func decode(_ text: some Sequence<UInt8>) -> String {
        let bytes = Array(text)
        var decoded: [UInt8] = []
        decoded.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.count,
                let high = hexValue(bytes[index + 1]), let low = hexValue(bytes[index + 2])
            {
                decoded.append(high << 4 | low)
                index += 3
            } else {
                decoded.append(bytes[index] == Byte.plus ? Byte.space : bytes[index])
                index += 1
            }
        }
        return String(decoding: decoded, as: UTF8.self)
    }

    private static func hexValue(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
