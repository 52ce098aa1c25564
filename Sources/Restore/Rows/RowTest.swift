import RowJSON

/// Conditions on a row's values, all of which must hold.
struct RowTest: Sendable {
    private struct Condition: Sendable {
        let column: Int
        let text: [UInt8]
        let isWanted: Bool
    }

    private let conditions: [Condition]

    /// nil where there are no conditions.
    ///
    /// - Throws: ``RestoreError/Code/badColumn`` for a column that no row has.
    init?(_ texts: [String], _ choice: ColumnChoice) throws(RestoreError) {
        var conditions: [Condition] = []
        for text in texts {
            guard let condition = try Self.condition(text, choice) else { continue }
            conditions.append(condition)
        }
        guard !conditions.isEmpty else { return nil }
        self.conditions = conditions
    }

    private static func condition(_ text: String, _ choice: ColumnChoice) throws(RestoreError) -> Condition? {
        let ways = NamedValue.all(in: text)
        for way in ways {
            if way.isQuoted {
                guard let column = try? choice.number(of: way.name) else { continue }
                return Condition(column: column, text: Array(way.value.utf8), isWanted: !way.isNegated)
            }
            if let column = name(negatedIn: way).flatMap({ try? choice.number(of: $0) }) {
                return Condition(column: column, text: Array(way.value.utf8), isWanted: false)
            }
            if let column = try? choice.number(of: way.name) {
                return Condition(column: column, text: Array(way.value.utf8), isWanted: true)
            }
        }
        guard let likely = NamedValue.likely(in: ways) else { return nil }
        _ = try choice.number(of: name(negatedIn: likely) ?? likely.name)
        return nil
    }

    /// The column's name where the equals sign has an exclamation mark before it.
    private static func name(negatedIn way: NamedValue) -> String? {
        !way.isQuoted && way.name.last == "!" && way.name.count > 1 ? String(way.name.dropLast()) : nil
    }

    /// Whether the row in the scratch's slots meets all of them.
    func holds(_ scratch: EncodingScratch) -> Bool {
        for condition in conditions {
            let isEqual = CellText.with(scratch.slots[condition.column], scratch) { text in
                text.map { $0.elementsEqual(condition.text) } ?? condition.text.isEmpty
            }
            if isEqual != condition.isWanted { return false }
        }
        return true
    }
}
