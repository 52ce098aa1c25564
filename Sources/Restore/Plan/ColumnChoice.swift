internal import RowJSON

/// The columns of an output: where each is found among the rows' keys.
struct ColumnChoice: Sendable {
    /// Every key that rows may have.
    let index: KeyIndex
    /// The numbers, in ``index``, of the columns to write; nil for all in their order.
    let picks: [Int]?

    /// The columns to write.
    var names: [String] { picks?.map { index.names[$0] } ?? index.names }

    /// - Throws: ``RestoreError/Code/badColumn`` where one is not among `all`, or is asked for twice.
    init(all: [String], asked: [String]?) throws(RestoreError) {
        var index = KeyIndex()
        for name in all { index.insert(name) }
        self.index = index
        guard let asked else {
            picks = nil
            return
        }
        var picks: [Int] = []
        for name in asked {
            var text = name
            guard let number = text.withUTF8({ index.number(of: UnsafeRawBufferPointer($0)) }) else {
                throw Self.unknown(name, all)
            }
            guard !picks.contains(number) else {
                throw RestoreError(.badColumn, "column '\(name)' is asked for twice")
            }
            picks.append(number)
        }
        self.picks = picks
    }

    private static func unknown(_ name: String, _ all: [String]) -> RestoreError {
        let nearest = all.min { EditDistance.between(name, $0) < EditDistance.between(name, $1) }
        return RestoreError(
            .badColumn, "no row has a column '\(name)'",
            hint: nearest.map { "did you mean '\($0)'? The columns are: \(list(all))" } ?? "the rows have no columns")
    }

    private static func list(_ names: [String]) -> String {
        names.prefix(30).joined(separator: ", ") + (names.count > 30 ? ", and \(names.count - 30) more" : "")
    }
}

/// How many characters to insert, drop or change to make one name of another, letter case aside.
enum EditDistance {
    static func between(_ left: String, _ right: String) -> Int {
        let left = Array(left.lowercased())
        let right = Array(right.lowercased())
        var costs = Array(0...right.count)
        for (row, character) in left.enumerated() {
            var diagonal = costs[0]
            costs[0] = row + 1
            for (column, other) in right.enumerated() {
                let change = diagonal + (character == other ? 0 : 1)
                diagonal = costs[column + 1]
                costs[column + 1] = min(change, diagonal + 1, costs[column] + 1)
            }
        }
        return costs[right.count]
    }
}
