import Foundation

/// Makes text from outside fit for a message or a log: short, on one line, free of secrets and of terminal escapes.
enum ServerText {
    /// - Parameters:
    ///   - secrets: tokens and passwords that a server might echo; each occurrence becomes `[secret]`.
    ///   - limit: characters kept, before `…`.
    /// - Returns: `text` with control, format and line-separating characters as `\u{…}`.
    static func clean(_ text: String, secrets: [String] = [], limit: Int = 160) -> String {
        // Twelve scalars a character bound the work on hostile input.
        let longest = secrets.map(\.unicodeScalars.count).max() ?? 0
        var head = text.unicodeScalars.prefix(limit * 12 + longest)
        let isCut = head.endIndex < text.unicodeScalars.endIndex
        for secret in isCut ? secrets : [] { head = withoutBeginning(of: secret, atTheEndOf: head) }
        let shown = mask(secrets, in: String(head))
        var cleaned = ""
        var count = 0
        for scalar in shown.unicodeScalars {
            guard count < limit else { return cleaned + "…" }
            cleaned += isHarmless(scalar) ? String(scalar) : "\\u{\(String(scalar.value, radix: 16))}"
            count += 1
        }
        return isCut ? cleaned + "…" : cleaned
    }

    /// `text` with each of `secrets` as `[secret]`.
    ///
    /// A secret of fewer than four characters occurs everywhere, and masking it would spell it out: a text that holds
    /// such a one is withheld.
    static func mask(_ secrets: [String], in text: String) -> String {
        let (short, long) = secrets.filter { !$0.isEmpty }.reduce(into: ([String](), [String]())) { kinds, secret in
            if secret.unicodeScalars.count < 4 { kinds.0.append(secret) } else { kinds.1.append(secret) }
        }
        var masked = ""
        var rest = text[...]
        while let found = long.compactMap({ rest.range(of: $0, options: .literal) }).min(by: comesFirst) {
            masked += rest[..<found.lowerBound] + "[secret]"
            rest = rest[found.upperBound...]
        }
        // What was masked is looked at no more.
        let isTold = short.contains { text.range(of: $0, options: .literal) != nil }
        return isTold ? "[withheld]" : masked + rest
    }

    /// Of two that begin at the same place the longer one, for a secret may begin with another.
    private static func comesFirst(_ left: Range<String.Index>, _ right: Range<String.Index>) -> Bool {
        (left.lowerBound, right.upperBound) < (right.lowerBound, left.upperBound)
    }

    /// A cut may go through a secret: the part in front of it is then no longer known as one, and goes as well.
    private static func withoutBeginning(of secret: String, atTheEndOf text: Scalars) -> Scalars {
        let secret = Array(secret.unicodeScalars)
        for count in stride(from: min(secret.count - 1, text.count), to: 0, by: -1)
        where text.suffix(count).elementsEqual(secret[..<count]) {
            return text.dropLast(count)
        }
        return text
    }

    private typealias Scalars = Substring.UnicodeScalarView

    private static func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: false
        default: true
        }
    }
}
