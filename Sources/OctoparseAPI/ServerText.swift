import Foundation
import Secrets

/// Makes text from outside fit for a message or a log: short, on one line, free of secrets and of terminal escapes.
enum ServerText {
    /// Unicode scalars that are looked at: many times what is shown, so that the work on hostile input is bounded.
    private static let mostScalars = 256 << 10
    /// What a secret may take at the end of those, percent-encoded: the cut may go through one.
    private static let longestSecret = 3 * TokenGrant.longest

    /// - Parameters:
    ///   - secrets: what becomes `[secret]`; nil for text of our own.
    ///   - limit: characters kept, before `…`.
    /// - Returns: `text` with control, format and line-separating characters as `\u{…}`.
    static func clean(_ text: String, _ secrets: SecretRegistry? = nil, limit: Int = 160) -> String {
        let scalars = text.unicodeScalars
        let head = scalars.prefix(mostScalars)
        let isCut = head.endIndex < scalars.endIndex
        var shown = String(head)
        if let secrets { shown = secrets.mask(shown) }
        if isCut { shown = String(String.UnicodeScalarView(shown.unicodeScalars.dropLast(longestSecret))) }
        var cleaned = ""
        var count = 0
        for scalar in shown.unicodeScalars {
            guard count < limit else { return cleaned + "…" }
            cleaned += isHarmless(scalar) ? String(scalar) : "\\u{\(String(scalar.value, radix: 16))}"
            count += 1
        }
        return isCut ? cleaned + "…" : cleaned
    }

    private static func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: false
        default: true
        }
    }
}
