/// Reads one field: a list of items, from left to right.
struct FieldParser {
    let field: CronField
    let jobName: String
    /// The whole expression, so that positions are columns.
    let characters: [Character]
    let range: Range<Int>
    /// The next character to be read.
    var position: Int
    var values = FieldValues()
    /// How many `H` have been read.
    var splays = 0

    init(field: CronField, characters: [Character], range: Range<Int>, jobName: String) {
        self.field = field
        self.jobName = jobName
        self.characters = characters
        self.range = range
        position = range.lowerBound
    }

    /// Reads all of the field. Something fits, when it returns.
    mutating func parse() throws(CronError) -> FieldValues {
        values.startsWithStar = peek == "*" || peek == "?"
        while true {
            try parseItem()
            guard let next = peek else { return values }
            guard next == "," else { throw unexpected() }
            position += 1
        }
    }

    private mutating func parseItem() throws(CronError) {
        switch peek {
        case "*":
            position += 1
            take(Array(field.values), step: try step(limit: field.values.count) ?? 1)
        case "?": try parseQuestionMark()
        case "H" where !letterFollows, "h" where !letterFollows: try parseSplay()
        case let character? where character.isASCIIDigit || character.isLetter: try parseValueOrSpecial()
        default: throw unexpected()
        }
    }

    /// `?` says nothing about this day field, as `*`, and stands alone.
    private mutating func parseQuestionMark() throws(CronError) {
        guard field == .dayOfMonth || field == .dayOfWeek else {
            throw error(
                .misplaced, "'?' has no meaning in the \(field) field",
                hint: "it stands in for * in the day fields; write * here")
        }
        guard range.count == 1 else {
            throw error(.syntax, "'?' stands alone in its field", hint: "write * in a list or with a step")
        }
        position += 1
        take(Array(field.values), step: 1)
    }

    /// `5`, `MON`, `1-5`, `5/15`, `1-30/5`, or a day that depends on the month.
    private mutating func parseValueOrSpecial() throws(CronError) {
        if try parseSpecial() { return }
        let first = try value()
        if peek == "-" {
            position += 1
            let last = try value()
            let values = field.values(from: first, through: last)
            take(values, step: try step(limit: field.values.count) ?? 1)
        } else {
            let rest = Array(first % field.ringModulus...field.values.upperBound)
            guard let step = try step(limit: field.values.count) else { return take([rest[0]], step: 1) }
            take(rest, step: step)
        }
    }

    /// `/15`, if it follows.
    mutating func step(limit: Int) throws(CronError) -> Int? {
        guard peek == "/" else { return nil }
        position += 1
        let start = position
        let digits = word { $0.isASCIIDigit }
        guard !digits.isEmpty else { throw unexpected(wanted: "a number after '/'") }
        guard let step = Int(digits), 1...limit ~= step else {
            var hint = "a step here is 1-\(limit)"
            if step(digits, exceeds: limit), let unit = field.unit {
                hint += "; for a firing every so often whatever the hour, write @every \(digits)\(unit)"
            }
            throw error(.badStep, "'/\(digits)' is no step of the \(field) field", hint: hint, at: start)
        }
        return step
    }

    private func step(_ digits: String, exceeds limit: Int) -> Bool {
        (Int(digits) ?? 0) > limit
    }

    /// Adds every `step`-th of `list`.
    mutating func take(_ list: [Int], step: Int, from start: Int = 0) {
        for index in stride(from: start, to: list.count, by: step) {
            values.mask |= 1 << UInt64(list[index])
        }
    }
}
