import Operations

/// Rows of text in aligned columns. A column without a value in any row is left out.
struct TextTable {
    enum Alignment { case left, right }

    struct Column {
        let title: String
        let alignment: Alignment
        /// Whether its values are cut where lines would be too long otherwise.
        var isFlexible = false
        /// Whether it is left out where lines would be too long otherwise, the last first.
        var isOptional = false

        static func left(_ title: String) -> Column { Column(title: title, alignment: .left) }
        static func right(_ title: String) -> Column { Column(title: title, alignment: .right) }
        static func flexible(_ title: String) -> Column {
            Column(title: title, alignment: .left, isFlexible: true)
        }

        /// The same, left out where there is no room.
        var optional: Column {
            var column = self
            column.isOptional = true
            return column
        }
    }

    let columns: [Column]
    /// Each has a cell a column.
    var rows: [[String]] = []
    /// How rows are shown on a screen; rows without one are plain.
    var styles: [Style] = []

    /// What is left of a value that is cut.
    private static let leastFlexible = 9

    /// The titles, then the rows.
    ///
    /// - Parameter width: what lines are cut to, with an ellipsis; nil is not at all. Values of a flexible column give
    ///   way first.
    func lines(width: Int? = nil) -> [String] {
        var shown = columns.indices.filter { index in rows.contains { !$0[index].isEmpty } }
        var all = [columns.map(\.title)] + rows.map { $0.map(\.printable) }
        var widths = columns.indices.map { index in all.map { $0[index].count }.max() ?? 0 }
        if let width {
            func sum(_ shown: [Int]) -> Int { shown.reduce(0) { $0 + widths[$1] } + 2 * (shown.count - 1) }
            let flexible = shown.first { columns[$0].isFlexible }
            let least = flexible.map { widths[$0] - min(widths[$0], Self.leastFlexible) } ?? 0
            while sum(shown) - least > width, let index = shown.last(where: { columns[$0].isOptional }) {
                shown.removeAll { $0 == index }
            }
            let total = sum(shown)
            if total > width, let flexible {
                widths[flexible] = max(min(widths[flexible], Self.leastFlexible), widths[flexible] - (total - width))
                let cut = Self.cut(all.map { $0[flexible] }, to: widths[flexible])
                for row in all.indices { all[row][flexible] = cut[row] }
            }
        }
        return all.map { row in
            var line = shown.map { padded(row[$0], to: widths[$0], columns[$0].alignment) }.joined(separator: "  ")
            while line.last == " " { line.removeLast() }
            return width.map { line.cut(to: $0) } ?? line
        }
    }

    /// Values cut at their ends, or in their middles where more of them are told apart so.
    private static func cut(_ values: [String], to width: Int) -> [String] {
        let atTheEnd = values.map { $0.cut(to: width) }
        let inTheMiddle = values.map { $0.cutInTheMiddle(to: width) }
        return Set(inTheMiddle).count > Set(atTheEnd).count ? inTheMiddle : atTheEnd
    }

    /// The same, with how each is shown on a screen.
    func styledLines(width: Int? = nil) -> [(line: String, style: Style)] {
        zip(
            lines(width: width),
            [.heading] + styles + Array(repeating: .plain, count: max(0, rows.count - styles.count))
        )
        .map { ($0, $1) }
    }

    private func padded(_ text: String, to width: Int, _ alignment: Alignment) -> String {
        let padding = String(repeating: " ", count: max(0, width - text.count))
        return alignment == .left ? text + padding : padding + text
    }
}
