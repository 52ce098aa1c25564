import RowJSON

/// The columns of an output: where each is found among the rows' keys, and what it is called.
struct ColumnChoice: Sendable {
    /// Every key that rows may have.
    let index: KeyIndex
    /// The names that columns are written with, in the order of ``index``, and then those of the window's columns.
    let labels: KeyIndex
    /// The numbers, in ``labels``, of the columns to write; nil for all in their order.
    let picks: [Int]?
    let isRenamed: Bool
    /// How many of ``WindowColumns/names`` are written.
    let windowColumns: Int

    /// The columns to write.
    var names: [String] { picks?.map { labels.names[$0] } ?? labels.names }

    /// Which columns, in order, where rows are written column by column.
    var numbers: [Int] { picks ?? Array(0..<labels.count) }

    /// Of the columns to write, those that are the rows' own.
    var ownNumbers: [Int] { numbers.filter { $0 < index.count } }

    /// Whether the window's columns come behind all of a row's own.
    var appendsWindow: Bool { picks == nil && windowColumns > 0 }

    /// - Parameters:
    ///   - all: the rows' keys.
    ///   - asked: the columns to write, by their new names; the window's are put behind them where none is among them.
    ///   - renames: each `old=new`.
    ///   - window: the window's columns that are written.
    /// - Throws: ``RestoreError/Code/badColumn`` where one is not among `all`, is asked for twice, or where two would
    ///   bear one name.
    init(
        all: [String], asked: [String]?, renames: [String] = [], window: [String] = []
    ) throws(RestoreError) {
        var index = KeyIndex()
        for name in all { index.insert(name) }
        self.index = index
        let names = try Self.names(index, renames)
        try Self.checkWindow(window, names)
        var labels = KeyIndex()
        for name in names + window { labels.insert(name) }
        self.labels = labels
        isRenamed = !renames.isEmpty
        windowColumns = window.count
        guard let asked else {
            picks = nil
            return
        }
        var picks: [Int] = []
        for name in asked {
            let number = try Self.number(of: name, in: labels, count: labels.count, index)
            guard !picks.contains(number) else {
                throw RestoreError(.badColumn, "column '\(name)' is asked for twice")
            }
            picks.append(number)
        }
        if picks.allSatisfy({ $0 < index.count }) { picks += index.count..<labels.count }
        self.picks = picks
    }

    /// The number of one of the rows' own columns, by the name that it is written with.
    func number(of name: String) throws(RestoreError) -> Int {
        try Self.number(of: name, in: labels, count: index.count, index)
    }

    private static func number(
        of name: String, in labels: KeyIndex, count: Int, _ index: KeyIndex
    ) throws(RestoreError) -> Int {
        if let number = labels.number(ofName: name), number < count { return number }
        if let old = index.number(ofName: name) {
            throw RestoreError(
                .badColumn, "no row has a column '\(name)', for it was renamed",
                hint: "all options but --rename go by the new names: write '\(labels.names[old])'")
        }
        guard !WindowColumns.names.contains(name) else {
            throw RestoreError(
                .badColumn, "no row has a column '\(name)'",
                hint: "--add-window writes it; --from and --to choose windows")
        }
        throw unknown(name, Array(labels.names.prefix(count)))
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

extension ColumnChoice {
    /// What the columns are called after renaming, in their order.
    private static func names(_ index: KeyIndex, _ renames: [String]) throws(RestoreError) -> [String] {
        var names = index.names
        var renamed: Set<Int> = []
        for text in renames {
            let ways = NamedValue.all(in: text)
            guard let first = ways.first else { continue }
            let way = ways.first { index.number(ofName: $0.name) != nil } ?? first
            guard let number = index.number(ofName: way.name) else { throw unknown(way.name, index.names) }
            guard renamed.insert(number).inserted else {
                throw RestoreError(.badColumn, "column '\(way.name)' is renamed twice")
            }
            guard !way.value.isEmpty else {
                throw RestoreError(
                    .badColumn, "column '\(way.name)' gets an empty name", hint: "write --rename old=new")
            }
            names[number] = way.value
        }
        var seen = KeyIndex()
        for (number, name) in names.enumerated() where seen.insert(name) != number {
            throw RestoreError(
                .badColumn, "two columns would be called '\(name)'",
                hint: "give the other one another name, too: --rename \(name)=\(name)_2")
        }
        return names
    }

    private static func checkWindow(_ window: [String], _ names: [String]) throws(RestoreError) {
        guard let clash = window.first(where: { names.contains($0) }) else { return }
        throw RestoreError(
            .badColumn, "the rows have a column '\(clash)' of their own",
            hint: "give it another name: --rename \(clash)=own\(clash)")
    }
}

extension KeyIndex {
    func number(ofName name: String) -> Int? {
        var text = name
        return text.withUTF8 { number(of: UnsafeRawBufferPointer($0)) }
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
