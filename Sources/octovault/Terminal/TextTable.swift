import Operations

/// Rows of text in aligned columns. A column without a value in any row is left out.
struct TextTable {
    enum Alignment { case left, right }

    struct Column {
        let title: String
        let alignment: Alignment

        static func left(_ title: String) -> Column { Column(title: title, alignment: .left) }
        static func right(_ title: String) -> Column { Column(title: title, alignment: .right) }
    }

    let columns: [Column]
    /// Each has a cell a column.
    var rows: [[String]] = []

    /// The titles, then the rows.
    ///
    /// - Parameter width: what lines are cut to, with an ellipsis; nil is not at all.
    func lines(width: Int? = nil) -> [String] {
        let shown = columns.indices.filter { index in rows.contains { !$0[index].isEmpty } }
        let all = [columns.map(\.title)] + rows.map { $0.map(\.printable) }
        let widths = columns.indices.map { index in all.map { $0[index].count }.max() ?? 0 }
        return all.map { row in
            var line = shown.map { padded(row[$0], to: widths[$0], columns[$0].alignment) }.joined(separator: "  ")
            while line.last == " " { line.removeLast() }
            guard let width, line.count > width, width > 1 else { return line }
            return line.prefix(width - 1) + "…"
        }
    }

    private func padded(_ text: String, to width: Int, _ alignment: Alignment) -> String {
        let padding = String(repeating: " ", count: width - text.count)
        return alignment == .left ? text + padding : padding + text
    }
}
