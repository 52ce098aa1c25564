/// A value as `jobs show` prints it: in order, with every default, and with no secret in it.
package indirect enum EffectiveValue: Sendable, Hashable {
    case null
    case flag(Bool)
    case integer(Int)
    case number(Double)
    case text(String)
    case list([EffectiveValue])
    case mapping([Entry])

    /// A key and its value.
    package struct Entry: Sendable, Hashable {
        package let key: String
        package let value: EffectiveValue

        package init(_ key: String, _ value: EffectiveValue) {
            self.key = key
            self.value = value
        }
    }

    /// The value of a key, where this is a mapping that has it.
    package subscript(key: String) -> EffectiveValue? {
        guard case .mapping(let entries) = self else { return nil }
        return entries.first { $0.key == key }?.value
    }

    /// Seconds in their shortest spelling.
    static func duration(_ seconds: some CustomStringConvertible) -> EffectiveValue { .text(seconds.description) }
}

extension EffectiveValue {
    /// One JSON document on one line, keys in order.
    package var json: String {
        switch self {
        case .null: "null"
        case .flag(let flag): flag ? "true" : "false"
        case .integer(let number): String(number)
        case .number(let number): Self.shortest(number)
        case .text(let text): Self.quoted(text)
        case .list(let items): "[" + items.map(\.json).joined(separator: ",") + "]"
        case .mapping(let entries):
            "{" + entries.map { "\(Self.quoted($0.key)):\($0.value.json)" }.joined(separator: ",") + "}"
        }
    }

    /// YAML, a line a key, each ended; lists of plain values on one line. Null values are left as comments, so that the
    /// text reads as a file.
    package var yaml: String {
        guard case .mapping(let entries) = self else { return inline + "\n" }
        return entries.map { Self.lines($0, indentation: "") }.joined()
    }

    private static func lines(_ entry: Entry, indentation: String) -> String {
        let key = "\(indentation)\(plain(entry.key)):"
        switch entry.value {
        case .null:
            return "\(indentation)# \(plain(entry.key)): not set\n"
        case .mapping(let entries) where !entries.isEmpty:
            return "\(key)\n" + entries.map { lines($0, indentation: indentation + "  ") }.joined()
        case .list(let items) where items.contains { if case .mapping = $0 { true } else { false } }:
            return "\(key)\n" + items.map { "\(indentation)  - \($0.inline)\n" }.joined()
        default:
            return "\(key) \(entry.value.inline)\n"
        }
    }

    private var inline: String {
        switch self {
        case .null: "~"
        case .text(let text): Self.plain(text)
        case .list(let items): "[" + items.map(\.inline).joined(separator: ", ") + "]"
        case .mapping(let entries):
            "{"
                + entries.filter { $0.value != .null }.map { "\(Self.plain($0.key)): \($0.value.inline)" }
                .joined(separator: ", ") + "}"
        case .flag, .integer, .number: json
        }
    }

    /// Text as it stands where YAML takes it for text, in quotes elsewhere. JSON's quoting is YAML's.
    private static func plain(_ text: String) -> String {
        let isWord = text.utf8.allSatisfy { byte in
            let scalar = Unicode.Scalar(byte)
            return byte < 128 && scalar.properties.isAlphabetic
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || "-_./".unicodeScalars.contains(scalar)
        }
        let isNumber = Double(text) != nil
        let startsWell = text.unicodeScalars.first.map { $0 != "-" && $0 != "." } ?? false
        let isText = TruthWord.meaning[text] == nil && !["null", "Null", "NULL"].contains(text)
        return isWord && !isNumber && startsWell && isText ? text : quoted(text)
    }

    private static func shortest(_ number: Double) -> String {
        number == number.rounded() && abs(number) < 1e15 ? String(Int(number)) : String(number)
    }

    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\t": quoted += "\\t"
            case _
            where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) || scalar.value == 0xFEFF
                || scalar.value == 0x2028 || scalar.value == 0x2029:
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
