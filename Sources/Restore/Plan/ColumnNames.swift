/// Columns as they were asked for, in order. A text may be read in several ways: which is meant is known once the rows'
/// columns are.
package struct ColumnNames: Sendable, Hashable, ExpressibleByArrayLiteral {
    /// Of these the first is meant whose names are all columns.
    let readings: [[String]]
    /// The reading that an error speaks of where none is.
    let likely: [String]

    package init(_ names: [String]) {
        readings = [names]
        likely = names
    }

    package init(arrayLiteral names: String...) {
        self.init(names)
    }

    /// Reads names between commas. A name that holds a comma, or is empty, stands in quotes as in CSV: `"a,b",""`; a
    /// quote inside is doubled. Quotes are the names' own where there are such columns.
    package init(list text: String) {
        let plain = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        let quoted = text.contains("\"") ? QuotedText.list(text) : nil
        likely = quoted ?? plain
        readings = [plain] + (quoted.map { [$0] } ?? []) + (plain.count > 1 ? [[text]] : [])
    }

    /// The names meant, where `isColumn` says which are columns.
    func names(where isColumn: (String) -> Bool) -> [String] {
        readings.first { $0.allSatisfy(isColumn) } ?? likely
    }
}

/// Names in quotes as CSV has them.
enum QuotedText {
    /// The names of a list; nil where a quote is not closed, or is followed by anything but a comma.
    static func list(_ text: String) -> [String]? {
        var names: [String] = []
        var rest = text[...]
        while true {
            if let (name, behind) = leading(rest) {
                names.append(name)
                rest = behind
            } else {
                guard rest.first != "\"" else { return nil }
                let name = rest.prefix { $0 != "," }
                names.append(String(name))
                rest = rest[name.endIndex...]
            }
            guard !rest.isEmpty else { return names }
            guard rest.removeFirst() == "," else { return nil }
        }
    }

    /// The name in quotes that a text begins with, and what follows it; nil where it begins with none.
    static func leading(_ text: Substring) -> (name: String, behind: Substring)? {
        guard text.first == "\"" else { return nil }
        var name = ""
        var rest = text.dropFirst()
        while let quote = rest.firstIndex(of: "\"") {
            name += rest[..<quote]
            rest = rest[rest.index(after: quote)...]
            guard rest.first == "\"" else { return (name, rest) }
            name.append("\"")
            rest.removeFirst()
        }
        return nil
    }
}
