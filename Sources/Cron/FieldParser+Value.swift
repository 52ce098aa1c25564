extension FieldParser {
    /// The next character of the field.
    var peek: Character? { position < range.upperBound ? characters[position] : nil }

    /// Whether the character after the next is a letter, so that the next begins a word.
    var letterFollows: Bool { position + 1 < range.upperBound && characters[position + 1].isLetter }

    /// Reads the characters that fit.
    mutating func word(_ fits: (Character) -> Bool) -> String {
        let start = position
        while let next = peek, fits(next) { position += 1 }
        return String(characters[start..<position])
    }

    /// Reads a number or a name of the field.
    ///
    /// - Parameter dropping: how many letters at the end of a name are none of it.
    mutating func value(dropping surplus: Int = 0) throws(CronError) -> Int {
        guard let next = peek else { throw unexpected(wanted: "a value") }
        if next.isASCIIDigit { return try number(in: field.accepted, allowed: field.allowed) }
        guard next.isLetter else { throw unexpected(wanted: "a value") }
        let start = position
        let name = String(word(\.isLetter).dropLast(surplus))
        position -= surplus
        guard let value = field.value(named: name.uppercased()) else { throw unknownName(name, at: start) }
        return value
    }

    mutating func number(in accepted: ClosedRange<Int>, allowed: String) throws(CronError) -> Int {
        let start = position
        let digits = word(\.isASCIIDigit)
        guard !digits.isEmpty else { throw unexpected(wanted: "a number") }
        guard let number = Int(digits), accepted ~= number else {
            throw error(.outOfRange, "'\(digits)' is out of range in the \(field) field", hint: allowed, at: start)
        }
        return number
    }
}

extension Character {
    /// `0` to `9`; other scripts have digits too.
    var isASCIIDigit: Bool { ("0"..."9").contains(self) }
}

extension CronField {
    /// What a written number is taken modulo of: 7 is Sunday, which is 0; the other fields have nothing of the kind.
    var ringModulus: Int { self == .dayOfWeek ? 7 : 64 }

    /// The values from `first` to `last`, around the end of the field where `last` is the smaller one.
    func values(from first: Int, through last: Int) -> [Int] {
        if first == last { return [first % ringModulus] }
        let first = first % ringModulus
        if first <= last { return (first...last).map { $0 % ringModulus } }
        return Array(first...values.upperBound) + Array(values.lowerBound...last)
    }

    /// The suffix that `@every` has for the field.
    var unit: String? {
        switch self {
        case .second: "s"
        case .minute: "m"
        case .hour: "h"
        default: nil
        }
    }
}
