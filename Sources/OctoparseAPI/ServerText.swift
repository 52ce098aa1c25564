import Foundation

/// Makes text from outside fit for a message or a log: short, on one line, free of secrets and of terminal escapes.
enum ServerText {
    /// - Parameters:
    ///   - secrets: tokens and passwords that a server might echo; each occurrence becomes `[secret]`.
    ///   - limit: characters kept, before `…`.
    /// - Returns: `text` with control, format and line-separating characters as `\u{…}`.
    static func clean(_ text: String, secrets: [String] = [], limit: Int = 160) -> String {
        // Twelve scalars a character bound the work on hostile input; a secret is cut only where the text ends anyway.
        let longest = secrets.map(\.unicodeScalars.count).max() ?? 0
        var head = String(String.UnicodeScalarView(text.unicodeScalars.prefix(limit * 12 + longest)))
        for secret in secrets where !secret.isEmpty {
            head = head.replacingOccurrences(of: secret, with: "[secret]", options: .literal)
        }
        var cleaned = ""
        var count = 0
        for scalar in head.unicodeScalars {
            guard count < limit else { return cleaned + "…" }
            cleaned += isHarmless(scalar) ? String(scalar) : "\\u{\(String(scalar.value, radix: 16))}"
            count += 1
        }
        return cleaned
    }

    private static func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: false
        default: true
        }
    }
}
