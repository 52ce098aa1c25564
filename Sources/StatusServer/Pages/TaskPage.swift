import Catalog
import Foundation
import Operations
import Records
import StorageTime
import Vault

/// What a task's page shows beside its overview.
struct TaskDetails: Sendable {
    /// Rows a day, of the latest years.
    let days: [DayRows]
    /// The newest windows, newest first.
    let windows: [WindowFacts]
    let changed: [WindowFacts]
    let snapshots: [SnapshotRecord]

    /// How many years a calendar goes back.
    static let years = 10
    static let snapshotsOnPage = 50
    static let mostChanged = 40

    /// - Parameter page: of the snapshots, from 1.
    init(_ task: TaskOverview, _ catalog: SnapshotCatalog, page: Int) throws {
        let status = task.status
        let series = Series(task: status.task, source: status.source, host: status.host)
        if status.source == .storageTime {
            let year = (status.to ?? .earliest).fields.year - Self.years + 1
            let start = StorageInstant(year: max(1, year), month: 1, day: 1) ?? .earliest
            days = try catalog.days(of: series, since: start)
            windows = try catalog.newestWindows(of: series, limit: WindowBars.most)
            changed = try catalog.changedWindows(of: series, limit: Self.mostChanged)
        } else {
            (days, windows, changed) = ([], [], [])
        }
        snapshots = try catalog.snapshots(
            of: series, offset: (page - 1) * Self.snapshotsOnPage, limit: Self.snapshotsOnPage)
    }
}

extension PageRenderer {
    private static let mostGaps = 100
    private static let mostStretches = 5

    /// A task's page, with a part for each host that it was backed up from.
    func task(
        _ parts: [(task: TaskOverview, details: TaskDetails)], page: Int, overview: VaultOverview, board: RunBoard?,
        now: Date, asFiles: Bool = false
    ) -> String {
        let links = PageLinks(form: asFiles ? .files : .served, depth: asFiles ? 3 : 2)
        var frame = Frame(links, now: now, overview: overview, board: board)
        let jobs = Set(parts.flatMap(\.task.outlook.jobs))
        frame.running = frame.running.filter { jobs.contains($0.job) }
        frame.runningElsewhere = frame.runningElsewhere.filter { jobs.contains($0.name) }
        return render(
            "task", frame, title: parts.first?.task.title ?? "Task",
            ["series": parts.map { fields($0.task, $0.details, page, now, asFiles) }])
    }

    private func fields(
        _ task: TaskOverview, _ details: TaskDetails, _ page: Int, _ now: Date, _ asFiles: Bool
    ) -> [String: Any] {
        let status = task.status
        let level: VaultVerdict.Level = task.level == .missing ? .bad : task.level == .late ? .late : .good
        var fields: [String: Any] = [
            "title": task.title.printable, "level": level.rawValue, "sign": level.sign, "sentence": sentence(task),
        ]
        fields["strip"] = StripDrawing.svg(task.days)
        fields["legend"] = legend(task.days.kinds)
        fields["facts"] = facts(task, now)
        fields.merge(gaps(status)) { $1 }
        let stretches = stretches(status)
        fields["hasStretches"] = !stretches.isEmpty
        fields["stretches"] = stretches
        let years = calendar(task, details.days)
        fields["hasYears"] = !years.isEmpty
        fields["years"] = years
        fields["mostRows"] = (details.days.map(\.rows).max() ?? 0).counted("row")
        fields["bars"] = false
        if !details.windows.isEmpty { fields["bars"] = WindowBars.svg(details.windows) }
        fields["barCount"] = min(details.windows.count, WindowBars.most).grouped
        fields["barMost"] = (details.windows.prefix(WindowBars.most).map(\.rows).max() ?? 0).counted("row")
        fields["hasChanged"] = !details.changed.isEmpty
        fields["changed"] = details.changed.map { changed($0, now) }
        fields["snapshotCount"] = status.snapshots.grouped
        fields["snapshotHead"] = status.source == .storageTime ? "Window" : "Capture"
        fields["snapshots"] = details.snapshots.map { snapshot($0, now) }
        let pages = (status.snapshots + TaskDetails.snapshotsOnPage - 1) / TaskDetails.snapshotsOnPage
        fields["hasPages"] = !asFiles && pages > 1
        fields["newer"] = false
        fields["older"] = false
        if page > 1 { fields["newer"] = "?page=\(page - 1)" }
        if page < pages { fields["older"] = "?page=\(page + 1)" }
        return fields
    }

    private func gaps(_ status: TaskStatus) -> [String: Any] {
        let shown = status.gaps.prefix(Self.mostGaps).map { gap -> [String: Any] in
            let command = TaskOverview.command(filling: gap, of: status.task).printable
            return ["window": gap.description, "length": Seconds(gap.seconds).rough, "command": command]
        }
        return [
            "hasGaps": !status.gaps.isEmpty, "gapCount": status.gaps.count.grouped, "gaps": shown,
            "moreGaps": more(status.gaps.count - Self.mostGaps),
        ]
    }

    private func changed(_ window: WindowFacts, _ now: Date) -> [String: Any] {
        [
            "window": window.window.description, "rowCount": window.rows.grouped,
            "rowUnit": Self.unit(window.rows, "row"), "kept": window.kept.grouped,
            "revision": window.revision.grouped, "taken": ToldTime.fields(window.capturedAt, now: now),
        ]
    }

    private func more(_ count: Int) -> String { count > 0 ? "And \(count.grouped) more." : "" }

    private func sentence(_ task: TaskOverview) -> String {
        let status = task.status
        switch task.level {
        case .missing:
            return "\(status.gaps.count.counted("gap")), \(Seconds(task.gapSeconds).rough) in all."
        case .late:
            guard task.behind > 0 else { return "Nothing is there yet." }
            return "Behind by \(Seconds(task.behind).rough). Nothing is missing before that."
        case .good:
            guard let to = status.to else { return "\(status.snapshots.counted("capture")), nothing is missing." }
            return "Covered to \(to.shortText). Nothing is missing."
        }
    }

    private func facts(_ task: TaskOverview, _ now: Date) -> [[String: Any]] {
        let (status, outlook) = (task.status, task.outlook)
        var facts = [fact("Id", status.task.printable), fact("Source", status.source.rawValue)]
        facts.append(fact("Host", status.host.printable))
        if let from = status.from, let to = status.to { facts.append(fact("Covered", "\(from) to \(to)")) }
        if status.source == .storageTime {
            facts.append(fact("Time zone", outlook.clock.zoneName?.printable ?? "not known"))
        }
        facts.append(fact("Rows", status.rows.grouped))
        if status.kept > 0 { facts.append(fact("Rows that only the vault has", status.kept.grouped)) }
        facts.append(fact("Archives", status.bytes.byteSize))
        if let newest = status.newestCapture { facts.append(fact("Newest snapshot", newest, now)) }
        if let openFrom = status.openFrom { facts.append(fact("Open from", openFrom.description)) }
        if !outlook.jobs.isEmpty { facts.append(fact("Jobs", outlook.jobs.joined(separator: ", ").printable)) }
        if let run = outlook.lastRun { facts.append(fact("Last run", run.startedAt, now)) }
        if let next = outlook.nextRun { facts.append(fact("Next run", next, now)) }
        return facts
    }

    private func stretches(_ status: TaskStatus) -> [[String: Any]] {
        [
            ("Empty", status.empty), ("Unproven", status.unproven), ("Pruned", status.pruned),
            ("Damaged", status.damaged),
        ]
        .filter { !$1.isEmpty }.map { word, windows in
            let shown = windows.suffix(Self.mostStretches).reversed().map(\.description).joined(separator: "; ")
            let more = windows.count - Self.mostStretches
            return ["word": word, "text": shown + (more > 0 ? "; and \(more.grouped) more" : "")]
        }
    }

    /// The years with rows or gaps, the newest first.
    private func calendar(_ task: TaskOverview, _ days: [DayRows]) -> [[String: Any]] {
        let status = task.status
        guard let from = status.from, let to = status.to else { return [] }
        let rows = Dictionary(days.map { ($0.day, $0) }) { $1 }
        let most = days.map(\.rows).max() ?? 0
        let last = max(to.advanced(by: -1).fields.year, from.fields.year)
        let range = Self.month(of: from)...max(task.days.day(task.days.states.count - 1), to.startOfDay)
        return (max(from.fields.year, last - TaskDetails.years + 1)...last).reversed().compactMap { year in
            guard let start = StorageInstant(year: year, month: 1, day: 1) else { return nil }
            let end = StorageInstant(year: year + 1, month: 1, day: 1) ?? .latest
            let states = DayStates(
                of: status, from: start, count: (end.seconds(since: start) + 1) / DayStates.day, behind: task.behind)
            let drawing = CalendarYear(year, rows: rows, days: states, range: range)
            return ["year": String(year), "drawing": drawing.svg(most: most)]
        }
    }

    /// The first second of an instant's month.
    private static func month(of instant: StorageInstant) -> StorageInstant {
        StorageInstant(year: instant.fields.year, month: instant.fields.month, day: 1) ?? instant.startOfDay
    }

    private func snapshot(_ record: SnapshotRecord, _ now: Date) -> [String: Any] {
        [
            "window": record.window?.description ?? record.capturedAt.utcWords, "state": record.state.rawValue,
            "rowCount": record.rows.grouped, "rowUnit": Self.unit(record.rows, "row"), "size": record.bytes.byteSize,
            "revision": record.revision.grouped, "taken": ToldTime.fields(record.capturedAt, now: now),
        ]
    }
}
