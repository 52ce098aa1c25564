/// How values of a file appear in messages.
enum QuotedText {
    /// A value in quotes: control characters escaped, cut after 60 characters.
    static func value(_ text: String) -> String { "'\(clean(text))'" }

    /// A key, made safe to print.
    static func key(_ text: String) -> String { clean(text) }

    /// A whole sentence, which may quote a file's text: control characters escaped, nothing cut.
    static func sentence(_ text: String) -> String { clean(text, most: .max) }

    private static func clean(_ text: String, most: Int = 60) -> String {
        var shown = ""
        for (index, scalar) in text.unicodeScalars.enumerated() {
            if index == most { return shown + "…" }
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned:
                shown += "\\u{\(String(scalar.value, radix: 16))}"
            default:
                shown.unicodeScalars.append(scalar)
            }
        }
        return shown
    }
}
