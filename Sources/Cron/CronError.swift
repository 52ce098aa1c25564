/// Why a text is no schedule. Points at the field and the character, and says what would be allowed there.
package struct CronError: Error, Sendable, Hashable {
    /// The closed list of reasons.
    package enum Code: String, Sendable, CaseIterable {
        /// Nothing but white space, or nothing after the zone.
        case empty
        /// Neither five fields nor six.
        case fieldCount = "field-count"
        /// A character or an item that cannot stand where it is.
        case syntax
        /// A word that is no name of the field.
        case unknownName = "unknown-name"
        /// A number outside the field's range.
        case outOfRange = "out-of-range"
        /// A step of 0, or one longer than what it steps through.
        case badStep = "bad-step"
        /// `L`, `W`, `#`, `?`, or a name of another field.
        case misplaced
        /// A word with `@` in front that is not known.
        case unknownShorthand = "unknown-shorthand"
        /// What follows `@every` is no duration.
        case badInterval = "bad-interval"
        /// A zone that the zone database lacks.
        case badTimeZone = "bad-time-zone"
        /// No day of any year fits, as 30 February.
        case neverFires = "never-fires"
    }

    package let code: Code
    /// One sentence that names the field and quotes the text concerned.
    package let message: String
    /// What is allowed, and what was probably meant.
    package let hint: String?
    /// The field concerned; nil for the zone, a shorthand and the expression as a whole.
    package let field: CronField?
    /// The first character concerned, counted from 1 in the text as given; one past its end where something is lacking.
    package let column: Int?

    init(_ code: Code, _ message: String, hint: String? = nil, field: CronField? = nil, column: Int? = nil) {
        self.code = code
        self.message = message
        self.hint = hint
        self.field = field
        self.column = column
    }
}

extension CronError: CustomStringConvertible {
    /// Everything in one line: `column 13: 'MOM' is no day-of-week; did you mean MON? …`.
    package var description: String {
        let place = column.map { "column \($0): " } ?? ""
        return place + message + (hint.map { "; \($0)" } ?? "")
    }
}
