extension FieldParser {
    /// Reads a day that depends on the month, if one is next; else leaves everything as it was.
    mutating func parseSpecial() throws(CronError) -> Bool {
        switch field {
        case .dayOfMonth: try parseMonthDay()
        case .dayOfWeek: try parseWeekday()
        default: false
        }
    }

    /// `L`, `L-3`, `LW`, `L-3W`, `15W`.
    private mutating func parseMonthDay() throws(CronError) -> Bool {
        if skip("L") {
            var days = 0
            if peek == "-" {
                position += 1
                days = try number(in: 0...30, allowed: "L-0 to L-30 count back from the last day")
            }
            values.specials.append(.fromEnd(days: days, onWorkingDay: skip("W")))
            return true
        }
        let start = position
        let digits = word { $0.isASCIIDigit }
        guard !digits.isEmpty, peek == "W" || peek == "w" else {
            position = start
            return false
        }
        position = start
        values.specials.append(.nearestWorkingDay(to: try value()))
        position += 1
        return true
    }

    /// `5L`, `FRIL`, `5#2`, `FRI#2`.
    private mutating func parseWeekday() throws(CronError) -> Bool {
        let start = position
        let text = word { $0.isASCIIDigit || $0.isLetter }
        let mark = peek
        let isLast = text.last?.uppercased() == "L" && isWeekday(text.dropLast())
        guard isLast || mark == "#" else {
            position = start
            if text.uppercased() == "L" {
                throw error(
                    .misplaced, "'L' alone does not say which day of the week",
                    hint: "write 6L or SATL for the month's last Saturday, SAT for every one")
            }
            return false
        }
        position = start
        let weekday = try value(dropping: isLast ? 1 : 0) % field.ringModulus
        position += 1
        if isLast {
            values.specials.append(.lastWeekday(weekday))
        } else {
            let occurrence = try number(
                in: 1...5, allowed: "MON#1 to MON#5 count a month's Mondays; the last is MONL")
            values.specials.append(.weekday(weekday, occurrence: occurrence))
        }
        return true
    }

    private func isWeekday(_ text: Substring) -> Bool {
        text.allSatisfy(\.isASCIIDigit) ? !text.isEmpty : field.value(named: text.uppercased()) != nil
    }

    /// Reads `letter` in either case, if it is next.
    private mutating func skip(_ letter: Character) -> Bool {
        guard let next = peek, next.uppercased() == String(letter), !letterFollows || letter == "L" else {
            return false
        }
        position += 1
        return true
    }
}
