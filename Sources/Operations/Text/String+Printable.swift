extension Unicode.Scalar {
    /// Whether a screen would obey or hide this character instead of showing it: control characters (those above U+007F
    /// too, which some terminals take for escape sequences), marks that turn the direction of text, invisible ones, and
    /// separators of lines.
    package var isUnseen: Bool {
        guard value >= 0x7F else { return value < 0x20 }
        guard value > 0x9F else { return true }
        return switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }
}

extension String {
    /// How much of a line is shown, in Unicode scalars: longer than any path, shorter than a flood.
    package static let longestLine = 4096

    /// This text as one line that is safe to show, wherever it comes from: unseen characters as `\u{…}`, cut after
    /// ``longestLine`` scalars. Names from elsewhere cannot move the cursor, colour the screen or forge a line.
    package var printable: String {
        let isShort = utf8.count <= Self.longestLine
        if isShort, !unicodeScalars.contains(where: \.isUnseen) { return self }
        var shown = String.UnicodeScalarView()
        for (count, scalar) in unicodeScalars.enumerated() {
            guard count < Self.longestLine else {
                shown.append("…")
                break
            }
            if scalar.isUnseen {
                shown.append(contentsOf: "\\u{\(String(scalar.value, radix: 16))}".unicodeScalars)
            } else {
                shown.append(scalar)
            }
        }
        return String(shown)
    }

    /// The same for a text of several lines, each of any length, whose line ends stay.
    package var printableLines: String {
        guard unicodeScalars.contains(where: { $0.isUnseen && $0 != "\n" }) else { return self }
        return unicodeScalars.reduce(into: "") { text, scalar in
            if scalar.isUnseen, scalar != "\n" {
                text += "\\u{\(String(scalar.value, radix: 16))}"
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
    }
}

/// JSON text that is safe to show.
package enum PrintableJSON {
    /// The same JSON with unseen characters, which can only stand inside strings, as `\uXXXX`; bytes that are no UTF-8
    /// become U+FFFD.
    ///
    /// - Complexity: O(*n*); plain ASCII is returned as it is.
    package static func line(_ json: [UInt8]) -> [UInt8] {
        guard json.contains(where: { $0 >= 0x7F }) else { return json }
        var line: [UInt8] = []
        line.reserveCapacity(json.count + 16)
        for scalar in String(decoding: json, as: UTF8.self).unicodeScalars {
            if scalar.isUnseen, scalar.value >= 0x7F {
                for unit in UTF16.encode(scalar) ?? .init() { line += Array("\\u\(hex(unit))".utf8) }
            } else {
                line.append(contentsOf: UTF8.encode(scalar) ?? .init())
            }
        }
        return line
    }

    private static func hex(_ unit: UInt16) -> String {
        let digits = String(unit, radix: 16)
        return String(repeating: "0", count: 4 - digits.count) + digits
    }
}
