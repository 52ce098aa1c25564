import Catalog
import Foundation
import Operations
import Records
import StorageTime
import Vault

/// A cell of a task's row on the front page: equal cells look the same.
enum TaskCell: Sendable, Hashable {
    /// - Parameters:
    ///   - note: the source, where it is no windows.
    ///   - mark: what the task lacks.
    case name(String, href: String, note: String?, mark: String?)
    /// - Parameters:
    ///   - fresh: how old the newest rows are.
    ///   - exact: the moment from which that counts.
    case covered(String, fresh: String?, exact: String)
    case days(DayStates)
    case runs(last: Told?, outcome: String, next: Told?)

    /// A moment, with the words for how long ago it was.
    struct Told: Hashable {
        let date: Date
        let told: String

        init(_ date: Date, _ now: Date) {
            self.date = date
            told = ToldTime.told(date, now: now)
        }

        fileprivate var fields: [String: Any] { ToldTime.fields(date, told: told) }
    }

    /// The template, and what it shows.
    var drawing: (template: String, fields: [String: Any]) {
        switch self {
        case .name(let title, let href, let note, let mark):
            ("taskName", ["title": title, "href": href, "note": note ?? false, "mark": mark ?? false])
        case .covered(let covered, let fresh, let exact):
            ("taskCovered", ["covered": covered, "fresh": fresh ?? false, "freshExact": exact])
        case .days(let days):
            ("taskDays", ["strip": StripDrawing.svg(days)])
        case .runs(let last, let outcome, let next):
            (
                "taskRuns",
                [
                    "last": last.map { $0.fields.merging(["outcome": outcome]) { $1 } } ?? false,
                    "next": next?.fields ?? false,
                ]
            )
        }
    }
}

/// A task's row of the front page.
struct TaskRow {
    private let level: TaskOverview.Level
    private let name: TaskCell
    private let covered: TaskCell
    private let days: TaskCell
    private let rows: Int
    private let runs: TaskCell

    init(_ task: TaskOverview, _ links: PageLinks, _ now: Date) {
        let (status, outlook) = (task.status, task.outlook)
        level = task.level
        name = .name(
            task.title.printable, href: links.task(status.task, status.source),
            note: status.source == .storageTime ? nil : status.source.rawValue, mark: Self.mark(task))
        let fresh = outlook.freshness.map { "\(ToldTime.length(max(0, $0))) old" }
        if let to = status.to {
            covered = .covered(to.shortText, fresh: fresh, exact: "since \(to)")
        } else if let captured = status.newestCapture?.utcWords {
            covered = .covered("captured \(captured.prefix(16))", fresh: fresh, exact: "since \(captured)")
        } else {
            covered = .covered("nothing yet", fresh: fresh, exact: "")
        }
        days = .days(task.days)
        rows = status.rows
        runs = .runs(
            last: outlook.lastRun.map { .init($0.startedAt, now) }, outcome: outlook.lastRun?.outcome.printable ?? "",
            next: outlook.nextRun.map { .init($0, now) })
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

    /// - Parameter cell: draws a cell; all that comes from elsewhere is in cells.
    func html(_ cell: (TaskCell) -> String) -> String {
        let unit = PageRenderer.unit(rows, "row")
        return """
            <tr class="\(level.rawValue)">\(cell(name))
            \(cell(covered))
            \(cell(days))
            <td class="number">\(rows.grouped)<span class="unit">\(unit)</span></td>
            \(cell(runs))</tr>
            """
    }
}
