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

    /// What the columns are called in the output, in the order of ``labels``: as there, unless the output takes two for
    /// one.
    private let written: [String]

    /// The columns to write.
    var names: [String] { numbers.map { written[$0] } }

    /// Which columns, in order, where rows are written column by column.
    var numbers: [Int] { picks ?? Array(0..<labels.count) }

    /// Of the columns to write, those that are the rows' own.
    var ownNumbers: [Int] { numbers.filter { $0 < index.count } }

    /// Whether the window's columns come behind all of a row's own.
    var appendsWindow: Bool { picks == nil && windowColumns > 0 }

    /// What was replaced in the names of the columns to write.
    let repairs: TextRepairs

    init(
        all: [String], asked: ColumnNames?, renames: [String] = [], window: [String] = []
    ) throws(RestoreError) {
        try self.init(keys: all.map { ColumnKey($0) }, asked: asked, renames: renames, window: window)
    }

    /// - Parameters:
    ///   - keys: the rows' keys, no two of one name.
    ///   - asked: the columns to write, by their new names; the window's are put behind them where none is among them.
    ///   - renames: each `old=new`.
    ///   - window: the window's columns that are written.
    ///   - foldsCase: whether the output takes names for one that differ in the case of ASCII letters. Of such, all but
    ///     one get a number behind them.
    /// - Throws: ``RestoreError/Code/badColumn`` where one is not among `keys`, is asked for twice, or where two would
    ///   bear one name.
    init(
        keys: [ColumnKey], asked: ColumnNames?, renames: [String] = [], window: [String] = [], foldsCase: Bool = false
    ) throws(RestoreError) {
        var index = KeyIndex()
        for key in keys { index.insert(key) }
        self.index = index
        let names = try Self.names(index, renames)
        try Self.checkWindow(window, names)
        var labels = KeyIndex()
        for name in names + window { labels.insert(name) }
        self.labels = labels
        isRenamed = !renames.isEmpty
        windowColumns = window.count
        var picks: [Int]?
        for name in asked?.names(where: { labels.number(ofName: $0) != nil }) ?? [] {
            let number = try Self.number(of: name, in: labels, count: labels.count, index)
            guard picks?.contains(number) != true else {
                throw RestoreError(.badColumn, "column '\(name)' is asked for twice")
            }
            picks = (picks ?? []) + [number]
        }
        if asked != nil, picks?.allSatisfy({ $0 < index.count }) ?? true {
            picks = (picks ?? []) + Array(index.count..<labels.count)
        }
        self.picks = picks
        let numbers = picks ?? Array(0..<labels.count)
        written = foldsCase ? Self.foldable(labels.names, numbers, own: index.count) : labels.names
        var repairs = TextRepairs()
        for number in numbers where number < keys.count { repairs.add(keys[number].repairs) }
        self.repairs = repairs
    }

    /// The number of one of the rows' own columns, by the name that it is written with.
    func number(of name: String) throws(RestoreError) -> Int {
        try Self.number(of: name, in: labels, count: index.count, index)
    }

    /// The names that were meant, where a text may be read in several ways.
    func names(meantBy asked: ColumnNames) -> [String] {
        asked.names { name in labels.number(ofName: name).map { $0 < index.count } ?? false }
    }

    /// The names, with a number behind each of those to write that is one before it, or the window's, but for case.
    private static func foldable(_ names: [String], _ numbers: [Int], own: Int) -> [String] {
        var names = names
        func folded(_ name: String) -> [UInt8] { name.utf8.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 } }
        let all = Set(numbers.map { folded(names[$0]) })
        guard all.count < numbers.count else { return names }
        var taken = Set(numbers.filter { $0 >= own }.map { folded(names[$0]) })
        for number in numbers where number < own && !taken.insert(folded(names[number])).inserted {
            var place = 2
            while all.contains(folded("\(names[number])_\(place)"))
                || !taken.insert(folded("\(names[number])_\(place)")).inserted
            {
                place += 1
            }
            names[number] += "_\(place)"
        }
        return names
    }

    private static func number(
        of name: String, in labels: KeyIndex, count: Int, _ index: KeyIndex
    ) throws(RestoreError) -> Int {
        if let number = labels.number(ofName: name), number < count { return number }
        if let old = index.names.firstIndex(where: { $0.utf8.elementsEqual(name.utf8) }), old < labels.count {
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
        var shown = KeyIndex()
        for name in names { shown.insert(name) }
        var renamed: Set<Int> = []
        for text in renames {
            let ways = NamedValue.all(in: text)
            guard let likely = NamedValue.likely(in: ways) else { continue }
            let way = ways.first { !$0.isNegated && shown.number(ofName: $0.name) != nil } ?? likely
            guard let number = shown.number(ofName: way.name) else { throw unknown(way.name, index.names) }
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
