import Catalog
import Foundation
import Mustache
import Operations

/// Makes pages of what the catalog says. Templates escape whatever comes from elsewhere; unseen characters are written
/// out, so that no name can turn or hide text.
package struct PageRenderer: Sendable {
    let library: MustacheLibrary
    /// What the front page keeps from one drawing to the next.
    package let taskCells = CellMemory()

    /// - Throws: ``Problem`` with status `defect` where a template is wrong.
    package init() throws { library = try Self.templates.get() }

    /// The templates, read once for all renderers.
    private static let templates = Result<MustacheLibrary, Problem> { () throws(Problem) in
        var library = MustacheLibrary()
        do {
            for (name, text) in Templates.all { try library.register(page: text, named: name) }
            try library.register(page: Templates.runHead, named: "runHead")
            try library.register(page: Templates.pager, named: "pager")
            for (name, text) in Templates.taskCells { try library.register(page: text, named: name) }
        } catch {
            throw Problem(.defect, code: "defect", "a template of the page is wrong: \(error)")
        }
        return library
    }

    /// What every page needs.
    struct Frame {
        let links: PageLinks
        let now: Date
        /// The vault's name, and as of when it was read.
        let vault: String
        let asOf: Date
        var running: [RunBoard.Run] = []
        /// Runs that another process has under way, by the history.
        var runningElsewhere: [JobOverview] = []

        init(_ links: PageLinks, now: Date, overview: VaultOverview, board: RunBoard? = nil) {
            self.links = links
            self.now = now
            vault = overview.vault
            asOf = overview.asOf
            running = board?.runs ?? []
            let here = Set(running.map(\.job))
            runningElsewhere = overview.jobs.filter { $0.isRunning(at: now) && !here.contains($0.name) }
        }
    }

    func render(_ template: String, _ frame: Frame, title: String, _ fields: [String: Any]) -> String {
        var context = fields
        context["pageTitle"] = "\(title) · octovault".printable
        context["vault"] = frame.vault.printable
        context["asOf"] = ToldTime.fields(frame.asOf, now: frame.now)
        context["link"] = [
            "home": frame.links.home, "runs": frame.links.runs, "style": frame.links.style, "icon": frame.links.icon,
        ]
        context["running"] = running(frame)
        context["hasRunning"] = !(frame.running.isEmpty && frame.runningElsewhere.isEmpty)
        // Without scripts, a page that shows progress is loaded again by the browser itself.
        if context["hasRunning"] as? Bool == true, frame.links.form == .served { context["refresh"] = "5" }
        return library.render(context, withTemplate: template) ?? ""
    }

    private func running(_ frame: Frame) -> [[String: Any]] {
        let here = frame.running.map { run -> [String: Any] in
            var parts = ["\(run.taken.counted("window")) taken", run.rows.counted("row")]
            if run.counted > 0 { parts.append("\(run.counted.grouped) counted again") }
            if run.failed > 0 { parts.append("\(run.failed.grouped) given up") }
            var fields: [String: Any] = [
                "job": run.job.printable, "started": ToldTime.fields(run.startedAt, now: frame.now),
                "progress": parts.joined(separator: ", "),
            ]
            if let task = run.task {
                fields["at"] = "at task \(task)\(run.window.map { ", \($0)" } ?? "")".printable
            }
            return fields
        }
        let elsewhere = frame.runningElsewhere.compactMap { job in
            job.lastRun.map { run -> [String: Any] in
                [
                    "job": job.name.printable, "started": ToldTime.fields(run.startedAt, now: frame.now),
                    "progress": "in another process",
                ]
            }
        }
        return here + elsewhere
    }

    /// The marks' legend, of the states that are shown.
    func legend(_ states: Set<DayState>) -> [[String: Any]] {
        DayState.allCases.filter { $0 != .before && states.contains($0) }.map { state in
            ["drawing": StripDrawing.key(state), "word": state.words, "meaning": state.explanation]
        }
    }

    /// A page that says what went wrong.
    package func failure(_ heading: String, _ message: String, links depth: Int) -> String {
        let overview = VaultOverview(asOf: Date(), verdict: VaultVerdict(.init()))
        let frame = Frame(PageLinks(form: .served, depth: depth), now: overview.asOf, overview: overview)
        return render(
            "failure", frame, title: heading, ["heading": heading.printable, "message": message.printable])
    }
}
