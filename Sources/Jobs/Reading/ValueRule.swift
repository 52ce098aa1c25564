import Foundation
import Spelling
import StorageTime

/// How a text becomes a value: the same for files and for environment variables.
struct ValueRule<Value> {
    /// What the rule reads, for messages.
    let expected: String
    /// Whether the problems never show the text, so that they can be told even where it is a secret.
    let isDiscreet: Bool
    private let body: (String) throws(ValueProblem) -> Value

    init(
        expected: String, isDiscreet: Bool = false, _ body: @escaping (String) throws(ValueProblem) -> Value
    ) {
        self.expected = expected
        self.isDiscreet = isDiscreet
        self.body = body
    }

    func read(_ text: String) throws(ValueProblem) -> Value {
        try body(text)
    }
}

extension ValueRule where Value == String {
    /// Text that is not blank and holds no control character.
    static func text(expected: String) -> Self {
        ValueRule(expected: expected) { text throws(ValueProblem) in
            guard text.contains(where: { !$0.isWhitespace }) else {
                throw ValueProblem("the text is empty", expected: expected)
            }
            guard !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
                throw ValueProblem("\(QuotedText.value(text)) holds a control character", expected: expected)
            }
            return text
        }
    }
}

extension ValueRule where Value == Seconds {
    /// A duration of `minimum` seconds at least.
    static func duration(atLeast minimum: Int, such example: String) -> Self {
        let bound = minimum > 0 ? " of at least \(Seconds(minimum))" : ""
        let expected = "a duration\(bound), such as \(example)"
        return ValueRule(expected: expected) { text throws(ValueProblem) in
            do throws(StorageTimeError) {
                let duration = try Seconds(parsing: text)
                if duration.count >= minimum { return duration }
            } catch {
                let isNegative = text.hasPrefix("-") && (try? Seconds(parsing: String(text.dropFirst()))) != nil
                let isNumber = !text.isEmpty && text.allSatisfy { $0.isASCII && $0.isNumber }
                throw ValueProblem(
                    isNegative ? "\(QuotedText.value(text)) is negative" : "\(QuotedText.value(text)) is no duration",
                    expected: expected, hint: isNumber ? "add the unit: \(text)s is seconds, \(text)m minutes" : nil)
            }
            throw ValueProblem("\(QuotedText.value(text)) is too short", expected: expected)
        }
    }
}

extension ValueRule where Value == Int {
    static func integer(in range: ClosedRange<Int>) -> Self {
        let end = range.upperBound == .max ? "or more" : "to \(range.upperBound)"
        let expected = "a whole number, \(range.lowerBound) \(end)"
        return ValueRule(expected: expected) { text throws(ValueProblem) in
            let digits = text.drop { $0 == "-" || $0 == "+" }
            guard !digits.isEmpty, digits.allSatisfy({ $0.isASCII && $0.isNumber }), text.count - digits.count <= 1
            else {
                throw ValueProblem(code: .wrongType, "\(QuotedText.value(text)) is no whole number", expected: expected)
            }
            guard let number = Int(text), range.contains(number) else {
                throw ValueProblem("\(QuotedText.value(text)) is out of range", expected: expected)
            }
            return number
        }
    }
}

extension ValueRule where Value == Double {
    /// A decimal number without exponent, `0 ... maximum`.
    static func number(upTo maximum: Double) -> Self {
        let expected = "a number, 0 to \(Int(maximum))"
        return ValueRule(expected: expected) { text throws(ValueProblem) in
            guard let number = Double(text), text.allSatisfy({ "0123456789.-+".contains($0) }) else {
                throw ValueProblem(code: .wrongType, "\(QuotedText.value(text)) is no number", expected: expected)
            }
            guard number >= 0, number <= maximum else {
                throw ValueProblem("\(QuotedText.value(text)) is out of range", expected: expected)
            }
            return number
        }
    }
}

/// What YAML 1.1 takes for truth values. Two are accepted where a truth value belongs; where text belongs, none is.
enum TruthWord {
    static let meaning: [String: Bool] = {
        var words: [String: Bool] = [:]
        for (word, value) in [
            ("true", true), ("yes", true), ("on", true), ("false", false), ("no", false), ("off", false),
        ] {
            for spelling in [word, word.capitalized, word.uppercased()] { words[spelling] = value }
        }
        return words
    }()
}

extension ValueRule where Value == Bool {
    static var flag: Self {
        ValueRule(expected: "true or false") { text throws(ValueProblem) in
            if text == "true" { return true }
            if text == "false" { return false }
            throw ValueProblem(
                code: .wrongType, "\(QuotedText.value(text)) is neither true nor false", expected: "true or false",
                hint: TruthWord.meaning[text].map { "write \($0)" })
        }
    }
}

extension ValueRule where Value: RawRepresentable, Value.RawValue == String {
    /// One of a few words.
    static func choice(of values: [Value]) -> Self {
        let words = values.map(\.rawValue)
        let expected = words.count == 2 ? words.joined(separator: " or ") : "one of " + words.joined(separator: ", ")
        return ValueRule(expected: expected) { text throws(ValueProblem) in
            if let value = values.first(where: { $0.rawValue == text }) { return value }
            throw ValueProblem(
                "\(QuotedText.value(text)) is not known here", expected: expected,
                hint: NearestName.of(text, among: words).map { "did you mean '\($0)'?" })
        }
    }
}

extension ValueRule where Value == StorageInstant {
    static var instant: Self {
        let expected = "a date or time of storage, such as 2026-11-01 or 2026-11-01 00:00:00"
        return ValueRule(expected: expected) { text throws(ValueProblem) in
            do throws(StorageTimeError) {
                return try StorageInstant(parsing: text)
            } catch {
                let isZoned = error.hint?.contains("no zone") == true
                throw ValueProblem(
                    "\(QuotedText.value(text)) is no storage time", expected: expected, hint: isZoned ? error.hint : nil
                )
            }
        }
    }
}

extension ValueRule where Value == NamedZone {
    static var zone: Self {
        let expected = "a time zone such as UTC, Europe/Berlin or Asia/Shanghai"
        return ValueRule(expected: expected) { text throws(ValueProblem) in
            if let zone = NamedZone(text) { return zone }
            let nearest = NearestName.of(text, among: TimeZone.knownTimeZoneIdentifiers)
            throw ValueProblem(
                "\(QuotedText.value(text)) is no time zone", expected: expected,
                hint: nearest.map { "did you mean '\($0)'?" })
        }
    }
}
