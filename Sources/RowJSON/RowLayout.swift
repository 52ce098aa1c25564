/// The keys that all rows of a list have in common, in their order.
///
/// Rows of a task nearly always have the same keys in the same order. While they do, a key costs one comparison with
/// the one expected there.
struct RowLayout {
    /// A row of more keys is walked without noting them: millions cost many times their bytes.
    static let mostKeys = 4096

    private var index = KeyIndex()
    private var hasRows = false
    private var isCommon = true

    /// The keys of every row, or nil where rows differ.
    var names: [String]? { hasRows && isCommon ? index.names : nil }

    /// Steps over one object, whose opening brace is at the scanner's position.
    ///
    /// - Complexity: O(*n*) in the row's bytes.
    mutating func skipRow(_ scanner: inout JSONScanner) throws(RowJSONError) {
        guard isCommon else { return try scanner.skipValue() }
        try scanner.open()
        var isOpen = try !scanner.skipEmptyContainer(isObject: true)
        var expected = 0
        while isOpen {
            if !isCommon {
                try scanner.skipKey()
            } else if expected < index.count, index.skipToken(expected, in: &scanner) {
                expected += 1
            } else {
                try skipKey(expected, &scanner)
                expected += 1
            }
            try scanner.skipValue()
            isOpen = try scanner.skipSeparator(isObject: true)
        }
        scanner.depth -= 1
        if expected != index.count { isCommon = false }
        hasRows = true
    }

    /// A key that is not the one expected: of the first row it is new, unless the row has it twice.
    private mutating func skipKey(_ expected: Int, _ scanner: inout JSONScanner) throws(RowJSONError) {
        guard !hasRows, expected < Self.mostKeys else {
            isCommon = false
            index = KeyIndex()
            return try scanner.skipKey()
        }
        if index.insert(JSONText.string(try scanner.readKey())) != expected { isCommon = false }
    }
}
