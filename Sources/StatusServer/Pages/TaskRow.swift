import Catalog
import Foundation
import Operations
import Records
import StorageTime
import Vault

/// A task's row of the front page: equal rows look the same.
struct TaskRow: Sendable, Hashable {
    /// A moment, with the words for how long ago it was.
    private struct Told: Hashable {
        let date: Date
        let told: String

        init(_ date: Date, _ now: Date) {
            self.date = date
            told = ToldTime.told(date, now: now)
        }
    }

    private let level: TaskOverview.Level
    private let href: String
    private let title: String
    /// The source, where it is no windows.
    private let note: String?
    private let mark: String?
    private let covered: String
    private let fresh: String?
    /// The moment from which ``fresh`` counts.
    private let freshExact: String
    private let days: DayStates
    private let rows: Int
    private let last: Told?
    private let outcome: String
    private let next: Told?

    init(_ task: TaskOverview, _ links: PageLinks, _ now: Date) {
        let (status, outlook) = (task.status, task.outlook)
        level = task.level
        href = links.task(status.task, status.source)
        title = task.title.printable
        note = status.source == .storageTime ? nil : status.source.rawValue
        mark = Self.mark(task)
        let captured = status.newestCapture.map(ToldTime.exact)
        covered =
            status.to.map(PageRenderer.short) ?? captured.map { "captured \(String($0.prefix(16)))" } ?? "nothing yet"
        freshExact = status.to.map { "since \($0)" } ?? captured.map { "since \($0)" } ?? ""
        fresh = outlook.freshness.map { "\(ToldTime.length(max(0, $0))) old" }
        days = task.days
        rows = status.rows
        last = outlook.lastRun.map { Told($0.startedAt, now) }
        outcome = outlook.lastRun?.outcome.printable ?? ""
        next = outlook.nextRun.map { Told($0, now) }
    }

    private static func mark(_ task: TaskOverview) -> String? {
        switch task.level {
        case .missing:
            "▲ \(task.status.gaps.count.counted("gap")), \(Seconds(task.gapSeconds).rough)"
        case .late:
            task.behind > 0 ? "◔ \(Seconds(task.behind).rough) behind" : "◔ \(task.state.word)"
        case .good: nil
        }
    }

    /// What its template shows.
    ///
    /// - Parameter now: as it was when the row was made.
    func fields(now: Date) -> [String: Any] {
        var fields: [String: Any] = [
            "level": level.rawValue, "href": href, "title": title, "covered": covered,
            "strip": StripDrawing.svg(days), "rowCount": rows.grouped, "rowUnit": PageRenderer.unit(rows, "row"),
            "note": false, "mark": false, "fresh": false, "last": false, "next": false,
        ]
        if let note { fields["note"] = note }
        if let mark { fields["mark"] = mark }
        if let fresh {
            fields["fresh"] = fresh
            fields["freshExact"] = freshExact
        }
        if let last { fields["last"] = ToldTime.fields(last.date, now: now).merging(["outcome": outcome]) { $1 } }
        if let next { fields["next"] = ToldTime.fields(next.date, now: now) }
        return fields
    }
}
