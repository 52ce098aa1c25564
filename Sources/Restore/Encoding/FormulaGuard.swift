import RowJSON

/// Tells which texts a spreadsheet would run as a formula.
///
/// The characters are those of OWASP's "CSV Injection" page: a leading `=`, `+`, `-`, `@`, their full-width forms, tab,
/// line feed or carriage return. A plain number such as `-12.5` or `+1e3` is none.
enum FormulaGuard {
    /// An apostrophe: spreadsheets take what follows as text.
    static let mark: UInt8 = 0x27

    static func isNeeded(_ text: [UInt8]) -> Bool {
        guard let first = text.first else { return false }
        switch first {
        case 0x3D, 0x40, 0x09, 0x0A, 0x0D: return true
        case 0x2B, Byte.minus: return !isPlainNumber(text)
        case 0xEF: return isFullWidth(text)
        default: return false
        }
    }

    /// U+FF1D `＝`, U+FF0B `＋`, U+FF0D `－`, U+FF20 `＠`.
    private static func isFullWidth(_ text: [UInt8]) -> Bool {
        guard text.count >= 3, text[1] == 0xBC else { return false }
        return [0x9D, 0x8B, 0x8D, 0xA0].contains(text[2])
    }

    /// A sign, digits with at most one point among or before them, and an exponent.
    private static func isPlainNumber(_ text: [UInt8]) -> Bool {
        var rest = text.dropFirst()
        let whole = takeDigits(&rest)
        var fraction = 0
        if rest.first == 0x2E {
            rest.removeFirst()
            fraction = takeDigits(&rest)
        }
        guard whole + fraction > 0 else { return false }
        if let letter = rest.first, letter | 0x20 == 0x65 {
            rest.removeFirst()
            if let sign = rest.first, sign == 0x2B || sign == Byte.minus { rest.removeFirst() }
            guard takeDigits(&rest) > 0 else { return false }
        }
        return rest.isEmpty
    }

    private static func takeDigits(_ rest: inout ArraySlice<UInt8>) -> Int {
        let count = rest.prefix(while: Byte.isDigit).count
        rest.removeFirst(count)
        return count
    }
}
