/// `name=value`, of which either part may hold equals signs: which is meant is known once the names are.
struct NamedValue {
    let name: String
    let value: String
    /// Whether the name stood in quotes, so that it may be empty, and nothing of it is a sign.
    var isQuoted = false
    /// Whether an exclamation mark stood between a name in quotes and the equals sign.
    var isNegated = false

    /// Every way to take `text` apart, the shortest name first, and last the name in quotes that it may begin with:
    /// `""=value`, `"a=b"=value`. None where it has no equals sign, or begins with its only one.
    static func all(in text: String) -> [NamedValue] {
        let plain = text.indices.filter { text[$0] == "=" && $0 > text.startIndex }.map { index in
            NamedValue(name: String(text[..<index]), value: String(text[text.index(after: index)...]))
        }
        return plain + (quoted(text).map { [$0] } ?? [])
    }

    private static func quoted(_ text: String) -> NamedValue? {
        guard let (name, behind) = QuotedText.leading(text[...]) else { return nil }
        for sign in ["=", "!="] where behind.hasPrefix(sign) {
            return NamedValue(
                name: name, value: String(behind.dropFirst(sign.count)), isQuoted: true, isNegated: sign != "=")
        }
        return nil
    }

    /// The way that an error speaks of where no way is meant.
    static func likely(in ways: [NamedValue]) -> NamedValue? { ways.last { $0.isQuoted } ?? ways.first }
}
