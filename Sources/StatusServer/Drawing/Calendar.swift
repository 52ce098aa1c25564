import Catalog
import Operations
import StorageTime

/// A year of a task, a cell a day and a column a week from Monday to Sunday, darker where there are more rows. Made of
/// numbers and fixed words alone.
struct CalendarYear {
    let year: Int
    private let cells: [Cell]

    private struct Cell {
        let day: StorageInstant
        let rows: DayRows?
        let state: DayState
    }

    private static let size = 11
    /// How many days of a year are drawn at most.
    private static let longest = 366

    /// - Parameters:
    ///   - rows: the days with rows, by their first seconds.
    ///   - days: the year's days, each with its state.
    ///   - range: the days that are drawn, from a first to a last.
    init(_ year: Int, rows: [StorageInstant: DayRows], days: DayStates, range: ClosedRange<StorageInstant>) {
        self.year = year
        cells = days.states.indices.prefix(Self.longest).compactMap { index in
            let day = days.day(index)
            return range.contains(day) ? Cell(day: day, rows: rows[day], state: days.states[index]) : nil
        }
    }

    /// - Parameter most: rows of the day that is drawn darkest.
    func svg(most: Int) -> String {
        guard let first = cells.first?.day else { return "" }
        let shift = Self.weekday(first)
        let (width, height) = (Self.weeks * Self.size, 7 * Self.size)
        var svg = "<svg class=\"calendar\" viewBox=\"0 0 \(width) \(height + 12)\" role=\"img\">"
        svg += "<title>\(year): \(cells.reduce(0) { $0 + ($1.rows?.rows ?? 0) }.counted("row"))</title>"
        for (index, cell) in cells.enumerated() {
            let place = index + shift
            let (x, y) = (place / 7 * Self.size, place % 7 * Self.size + 12)
            if cell.day.fields.day == 1 {
                let month = Self.months[max(0, min(11, cell.day.fields.month - 1))]
                svg += "<text x=\"\(x)\" y=\"9\" class=\"month\">\(month)</text>"
            }
            guard cell.state != .before else { continue }
            svg += "<rect x=\"\(x)\" y=\"\(y)\" width=\"9\" height=\"9\" rx=\"1.5\" \(fill(cell, most))>"
            svg += "<title>\(title(cell))</title></rect>"
        }
        return svg + "</svg>"
    }

    /// A year touches so many weeks at most.
    private static let weeks = 54

    private func fill(_ cell: Cell, _ most: Int) -> String {
        guard cell.state == .sealed else { return cell.state.fill }
        let rows = cell.rows?.rows ?? 0
        let level = rows == 0 || most <= 0 ? 1 : min(4, 1 + 4 * max(0, rows - 1) / max(1, most))
        return "class=\"r\(level)\""
    }

    private func title(_ cell: Cell) -> String {
        guard let rows = cell.rows else { return "\(cell.day.dateText): \(cell.state.words)" }
        let kept = rows.kept > 0 ? ", \(rows.kept.grouped) of them only here" : ""
        return "\(cell.day.dateText): \(rows.rows.counted("row"))\(kept) in \(rows.windows.counted("window")), "
            + cell.state.words
    }

    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// 0 for Monday: the first day of the calendar was one.
    private static func weekday(_ day: StorageInstant) -> Int { day.seconds / 86_400 % 7 }
}
