extension Int {
    /// With a word for what is counted, which takes an s where they are several: `1 row`, `336,776 rows`.
    package func counted(_ word: String) -> String { "\(grouped) \(word)\(self == 1 ? "" : "s")" }

    /// As a size in bytes, in the unit that gives one to four digits: `1 byte`, `3.3 KiB`, `812 MiB`.
    package var byteSize: String {
        let units = ["KiB", "MiB", "GiB", "TiB"]
        guard self >= 1024 else { return counted("byte") }
        var (value, unit) = (Double(self) / 1024, 0)
        while value >= 1024, unit < units.count - 1 {
            value /= 1024
            unit += 1
        }
        return value >= 100 ? "\(Int(value)) \(units[unit])" : "\((value * 10).rounded(.down) / 10) \(units[unit])"
    }

    /// With separators between thousands: `336,776`.
    package var grouped: String {
        var digits = Substring(String(magnitude))
        var groups: [Substring] = []
        while digits.count > 3 {
            groups.insert(digits.suffix(3), at: 0)
            digits = digits.dropLast(3)
        }
        groups.insert(digits, at: 0)
        return (self < 0 ? "-" : "") + groups.joined(separator: ",")
    }
}
