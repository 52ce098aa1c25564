extension FieldParser {
    /// An error at `index`, or where the parser stands.
    func error(_ code: CronError.Code, _ message: String, hint: String?, at index: Int? = nil) -> CronError {
        CronError(code, message, hint: hint, field: field, column: (index ?? position) + 1)
    }

    /// The next character, or the end of the field, cannot stand where it is.
    func unexpected(wanted: String? = nil) -> CronError {
        guard let character = peek else {
            let missing = wanted ?? "a value"
            return error(.syntax, "the \(field) field ends where \(missing) is due", hint: field.allowed)
        }
        if let hint = misplacedHint(character) {
            return error(.misplaced, "'\(character)' has no meaning here in the \(field) field", hint: hint)
        }
        if "\u{2010}\u{2011}\u{2012}\u{2013}\u{2014}\u{2212}".contains(character) {
            return error(.syntax, "'\(character)' is not the '-' of a range", hint: "write a plain -")
        }
        let message = "'\(character)' cannot stand here in the \(field) field"
        return error(.syntax, message, hint: wanted.map { "\($0) is due here; \(field.allowed)" } ?? field.allowed)
    }

    /// A word that is no name of this field.
    func unknownName(_ name: String, at start: Int) -> CronError {
        let upper = name.uppercased()
        if let owner = CronField.allCases.first(where: { $0 != field && $0.value(named: upper) != nil }) {
            return error(
                .misplaced, "'\(name)' is a \(owner), not a \(field)", hint: field.allowed, at: start)
        }
        if let hint = name.first.flatMap({ name.count == 1 ? misplacedHint($0) : nil }) {
            return error(.misplaced, "'\(name)' has no meaning here in the \(field) field", hint: hint, at: start)
        }
        let question = Suggestion.question(Suggestion.names(like: name, in: field))
        return error(
            .unknownName, "'\(name)' is no \(field)", hint: question.map { "\($0) \(field.allowed)" } ?? field.allowed,
            at: start)
    }

    /// Where a sign with a meaning elsewhere belongs.
    private func misplacedHint(_ character: Character) -> String? {
        switch character.uppercased() {
        case "L": "L is the last day of the month (L, L-3), or of a weekday (5L); \(field.allowed)"
        case "W": "W follows a day of the month, as in 15W and LW; \(field.allowed)"
        case "#": "# follows a day of the week, as in MON#2; \(field.allowed)"
        case "?": "? stands alone in a day field; \(field.allowed)"
        case "H": "H begins an item, as in H, H(0-29) and H/15; \(field.allowed)"
        default: nil
        }
    }
}
