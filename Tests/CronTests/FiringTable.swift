import Cron
import Foundation
import Testing

/// One row of a table: an expression, a zone, an instant, and the firings that follow it.
struct FiringRow: Sendable, CustomTestStringConvertible {
    let text: String
    let expression: String
    let zone: String
    let from: Date
    let firings: [Date]

    /// Reads `expression | zone | from | firing, firing`. Times are `2026-03-29 03:00`, with seconds where they are not
    /// 0, with an offset (`+02:00`) where they are not in UTC. A later firing may leave out what it shares with the one
    /// before: its date (`04:00`), and its offset.
    init(_ text: String) throws {
        let cells = text.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
        try #require(cells.count == 4, "\(text)")
        self.text = text
        expression = cells[0]
        zone = cells[1]
        var reader = TimeReader()
        from = try reader.date(cells[2])
        firings = try cells[3].split(separator: ",").map { try reader.date(String($0)) }
    }

    var testDescription: String { text }

    /// The expression read, and as many of its firings as the row has.
    func actual() throws -> [Date] {
        let zone = try #require(TimeZone(identifier: zone))
        let expression = try CronExpression(expression, timeZone: zone)
        return Array(expression.firings(after: from).prefix(firings.count))
    }
}

/// Reads the times of a row, each filling its gaps from the one before.
private struct TimeReader {
    private var date = ""
    private var offset = "Z"

    mutating func date(_ text: String) throws -> Date {
        var clock = text.trimmingCharacters(in: .whitespaces)
        if let space = clock.firstIndex(of: " ") {
            date = String(clock[..<space])
            offset = "Z"
            clock = String(clock[clock.index(after: space)...])
        }
        if let sign = clock.firstIndex(where: { $0 == "+" || $0 == "-" }) {
            offset = String(clock[sign...])
            clock = String(clock[..<sign])
        }
        if clock.count == 5 { clock += ":00" }
        return try Date("\(date)T\(clock)\(offset)", strategy: .iso8601)
    }
}

/// The rows of a table, one a line.
func rows(_ table: String) -> [FiringRow] {
    table.split(separator: "\n").compactMap { line in
        do {
            return try FiringRow(String(line))
        } catch {
            Issue.record("no row: \(line)")
            return nil
        }
    }
}

/// Dates as text, in the zone that they are about.
func show(_ dates: [Date], in zone: String) -> [String] {
    guard let zone = TimeZone(identifier: zone) else { return [] }
    let style = Date.ISO8601FormatStyle(timeZone: zone).year().month().day().time(includingFractionalSeconds: false)
        .timeZone(separator: .colon)
    return dates.map { $0.formatted(style) }
}

func expectFirings(_ row: FiringRow) throws {
    #expect(try show(row.actual(), in: row.zone) == show(row.firings, in: row.zone))
}
