import RowJSON

/// Gathers names in first-seen order; many lists that are the same cost little.
struct ColumnUnion {
    private var collector = ColumnCollector()
    private var last: [String] = []

    var names: [String] { collector.names }

    mutating func add(_ names: [String]) {
        // By bytes: Unicode holds names to be equal that are two columns.
        guard !names.elementsEqual(last, by: { $0.utf8.elementsEqual($1.utf8) }) else { return }
        collector.add(names)
        last = names
    }
}
