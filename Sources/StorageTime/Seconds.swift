/// A whole number of seconds, as people write it: `90s`, `15m`, `1h`, `2d`, `1w`. A day is 86,400 seconds, always.
package struct Seconds: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// `0 ... 315_537_897_600`.
    package let count: Int

    private static let units: [(suffix: Character, seconds: Int)] = [
        ("w", 604_800), ("d", 86_400), ("h", 3600), ("m", 60), ("s", 1),
    ]

    /// - Precondition: `count` is not negative.
    package init(_ count: Int) {
        precondition(count >= 0, "a duration is not negative")
        self.count = count
    }

    /// Reads a number and one unit, or several in a row (`1h30m`).
    ///
    /// - Throws: ``StorageTimeError/Code/badDuration``, naming the text. A bare number is refused: its unit is unknown.
    package init(parsing text: String) throws(StorageTimeError) {
        var total = 0
        var digits = ""
        var isValid = !text.isEmpty
        for character in text {
            if character.isASCII, character.isNumber {
                digits.append(character)
                continue
            }
            guard let unit = Self.units.first(where: { $0.suffix == character }), let number = Int(digits),
                case let (product, overflow) = number.multipliedReportingOverflow(by: unit.seconds), !overflow,
                product <= StorageInstant.latest.seconds - total
            else {
                isValid = false
                break
            }
            total += product
            digits = ""
        }
        guard isValid, digits.isEmpty else {
            throw StorageTimeError(
                code: .badDuration, message: "'\(text)' is not a duration", hint: "write it as 90s, 15m, 1h, 2d or 1w")
        }
        count = total
    }

    package static func < (left: Seconds, right: Seconds) -> Bool { left.count < right.count }

    /// The shortest exact spelling in one unit: 5400 is `90m`, 3600 is `1h`.
    package var description: String {
        for unit in Self.units where count % unit.seconds == 0 && count > 0 {
            return "\(count / unit.seconds)\(unit.suffix)"
        }
        return "0s"
    }
}
