import RowJSON
import StorageTime

/// A JSON value whose keys are written in the order given, so that outputs are stable from run to run.
package enum OrderedJSON: Sendable {
    case null
    case boolean(Bool)
    case integer(Int)
    /// Written with three decimals.
    case seconds(Double)
    case text(String)
    case array([OrderedJSON])
    case object(KeyValuePairs<String, OrderedJSON>)
    /// JSON text that is valid as it stands.
    case raw([UInt8])

    package static func text(_ value: String?) -> OrderedJSON {
        value.map { .text($0) } ?? .null
    }

    /// On one line, without spaces, and safe to show: see ``PrintableJSON``.
    package var line: [UInt8] {
        var bytes: [UInt8] = []
        append(to: &bytes)
        return PrintableJSON.line(bytes)
    }

    private func append(to bytes: inout [UInt8]) {
        switch self {
        case .null: bytes += Array("null".utf8)
        case .boolean(let value): bytes += Array((value ? "true" : "false").utf8)
        case .integer(let value): bytes += Array(String(value).utf8)
        case .seconds(let value): bytes += Array(Self.decimals(value).utf8)
        case .text(let value): JSONText.appendQuoted(value, to: &bytes)
        case .raw(let value): bytes += value
        case .array(let values):
            bytes.append(UInt8(ascii: "["))
            for (index, value) in values.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                value.append(to: &bytes)
            }
            bytes.append(UInt8(ascii: "]"))
        case .object(let pairs):
            bytes.append(UInt8(ascii: "{"))
            for (index, pair) in pairs.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                JSONText.appendQuoted(pair.key, to: &bytes)
                bytes.append(UInt8(ascii: ":"))
                pair.value.append(to: &bytes)
            }
            bytes.append(UInt8(ascii: "}"))
        }
    }

    private static func decimals(_ value: Double) -> String {
        let thousandths = Int(held: (max(value, 0) * 1000).rounded())
        let fraction = String(thousandths % 1000)
        return "\(thousandths / 1000)." + String(repeating: "0", count: 3 - fraction.count) + fraction
    }
}
