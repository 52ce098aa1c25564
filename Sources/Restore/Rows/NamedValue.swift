/// `name=value`, of which either part may hold equals signs: which is meant is known once the names are.
struct NamedValue {
    let name: String
    let value: String

    /// Every way to take `text` apart, the shortest name first; none where it has no equals sign or begins with its only
    /// one.
    static func all(in text: String) -> [NamedValue] {
        text.indices.filter { text[$0] == "=" && $0 > text.startIndex }.map { index in
            NamedValue(name: String(text[..<index]), value: String(text[text.index(after: index)...]))
        }
    }
}
