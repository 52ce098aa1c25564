extension Int {
    /// With a word for what is counted, which takes an s where they are several: `1 row`, `336,776 rows`.
    package func counted(_ word: String) -> String { "\(grouped) \(word)\(self == 1 ? "" : "s")" }

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
