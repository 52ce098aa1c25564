import RowJSON

/// One JSON object, key by key.
struct ReceiptWriter {
    private var bytes: [UInt8] = [Byte.openBrace]

    private mutating func key(_ key: String) {
        if bytes.count > 1 { bytes.append(Byte.comma) }
        JSONText.appendQuoted(key, to: &bytes)
        bytes.append(Byte.colon)
    }

    mutating func text(_ key: String, _ value: String?) {
        self.key(key)
        if let value { JSONText.appendQuoted(value, to: &bytes) } else { bytes += Array("null".utf8) }
    }

    mutating func number(_ key: String, _ value: Int?) {
        self.key(key)
        bytes += Array((value.map { String($0) } ?? "null").utf8)
    }

    mutating func list<Element>(_ key: String, _ values: [Element], _ append: (Element, inout [UInt8]) -> Void) {
        self.key(key)
        bytes.append(Byte.openBracket)
        for (place, value) in values.enumerated() {
            if place > 0 { bytes.append(Byte.comma) }
            append(value, &bytes)
        }
        bytes.append(Byte.closeBracket)
    }

    consuming func finish() -> [UInt8] { bytes + [Byte.closeBrace] }
}
