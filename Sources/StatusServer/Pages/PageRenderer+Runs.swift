import Catalog
import Foundation
import Operations
import StorageTime

extension PageRenderer {
    /// How many runs a page lists.
    package static let runsOnPage = 50

    /// The history, a page of it.
    ///
    /// - Parameters:
    ///   - job: only this job's runs; nil for all jobs'.
    ///   - page: from 1.
    func runs(
        _ runs: [RunRecord], of job: String?, page: Int, hasMore: Bool, overview: VaultOverview, board: RunBoard?,
        now: Date, asFiles: Bool = false
    ) -> String {
        let links = PageLinks(form: asFiles ? .files : .served, depth: asFiles ? 1 : 0)
        let frame = Frame(links, now: now, overview: overview, board: board)
        func address(_ page: Int) -> String {
            let base = job.map { links.runs(of: $0) } ?? links.runs
            return "\(base)\(job == nil ? "?" : "&")page=\(page)"
        }
        var fields: [String: Any] = ["isRuns": true, "ofJob": false, "newer": false, "older": false]
        if let job { fields["ofJob"] = job.printable }
        fields["hasRuns"] = !runs.isEmpty
        fields["runs"] = runs.map { row($0, links, now) }
        fields["hasPages"] = !asFiles && (page > 1 || hasMore)
        if page > 1 { fields["newer"] = address(page - 1) }
        if hasMore { fields["older"] = address(page + 1) }
        return render("runs", frame, title: job.map { "Runs of \($0)" } ?? "Runs", fields)
    }

    /// One run.
    func run(_ run: RunRecord, overview: VaultOverview, board: RunBoard?, now: Date, asFiles: Bool = false) -> String {
        let links = PageLinks(form: asFiles ? .files : .served, depth: asFiles ? 2 : 1)
        var frame = Frame(links, now: now, overview: overview, board: board)
        frame.running = frame.running.filter { $0.id == run.id }
        frame.runningElsewhere = frame.runningElsewhere.filter { $0.lastRun?.id == run.id }
        var facts: [[String: Any]] = [
            fact("Scheduled", run.scheduledAt, now), fact("Started", run.startedAt, now),
        ]
        if let finished = run.finishedAt {
            facts.append(fact("Finished", finished, now))
            facts.append(fact("Took", took(run)))
        }
        let counts = [
            ("Windows sealed", run.sealed), ("Found empty", run.empty), ("Unproven", run.unproven),
            ("Taken again", run.retaken), ("Counted again", run.counted), ("Failed", run.failed), ("Rows", run.rows),
            ("Bytes received", run.bytes), ("Requests", run.requests), ("Retries", run.retries),
        ]
        facts += counts.map { fact($0, $1.grouped) }
        var fields: [String: Any] = ["isRuns": false, "facts": facts, "error": false]
        fields["job"] = run.job.printable
        fields["outcome"] = run.outcome.printable
        fields["kind"] = run.kind
        if let error = run.firstError { fields["error"] = error.printableLines }
        fields["jobRuns"] = links.runs(of: run.job)
        return render("run", frame, title: "Run of \(run.job)", fields)
    }

    /// What is counted, behind its number where a table has no heads: on a narrow screen.
    static func unit(_ count: Int, _ word: String) -> String { count == 1 ? " \(word)" : " \(word)s" }

    func row(_ run: RunRecord, _ links: PageLinks, _ now: Date) -> [String: Any] {
        let windows = run.sealed + run.empty + run.unproven
        return [
            "href": run.id.map(links.run) ?? links.runs, "started": ToldTime.fields(run.startedAt, now: now),
            "job": run.job.printable, "outcome": run.outcome.printable, "kind": run.kind, "took": took(run),
            "windows": windows.grouped, "windowUnit": Self.unit(windows, "window"), "rowCount": run.rows.grouped,
            "rowUnit": Self.unit(run.rows, "row"),
            "error": run.firstError.map { Self.cut($0.printable) } ?? "",
        ]
    }

    func fact(_ term: String, _ value: String) -> [String: Any] { ["term": term, "value": value, "at": false] }

    func fact(_ term: String, _ date: Date, _ now: Date) -> [String: Any] {
        ["term": term, "value": "", "at": ToldTime.fields(date, now: now)]
    }

    private func took(_ run: RunRecord) -> String {
        run.finishedAt.map { Seconds(max(0, Int(held: $0.timeIntervalSince(run.startedAt)))).clock } ?? ""
    }

    /// The beginning of a text that would take too much room in a list.
    private static func cut(_ text: String) -> String {
        text.count <= 160 ? text : text.prefix(159) + "…"
    }
}
