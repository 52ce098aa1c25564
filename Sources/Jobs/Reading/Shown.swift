/// How values of a file appear in messages.
enum Shown {
    /// A value in quotes: control characters escaped, cut after 60 characters.
    static func value(_ text: String) -> String { "'\(clean(text))'" }

    /// A key, made safe to print.
    static func key(_ text: String) -> String { clean(text) }

    private static func clean(_ text: String) -> String {
        var shown = ""
        for (index, scalar) in text.unicodeScalars.enumerated() {
            if index == 60 { return shown + "…" }
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
