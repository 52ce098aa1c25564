import Catalog
package import Foundation
import Mustache
package import Operations
import Records
import StorageTime
import Vault

extension PageRenderer {
    /// How many of what wants attention are told one by one.
    private static let mostConcerns = 60
    /// And how many of these without being asked for.
    private static let firstConcerns = 6

    /// The front page.
    package func front(_ overview: VaultOverview, board: RunBoard?, now: Date, asFiles: Bool = false) -> String {
        let links = PageLinks(form: asFiles ? .files : .served, depth: 0)
        let frame = Frame(links, now: now, overview: overview, board: board)
        let more = overview.concerns.count - Self.mostConcerns
        var fields: [String: Any] = ["isFront": true, "days": OverviewReader.days]
        fields["level"] = overview.verdict.level.rawValue
        fields["sign"] = overview.verdict.level.sign
        fields["sentence"] = overview.verdict.sentence.printable
        fields["hasConcerns"] = !overview.concerns.isEmpty
        let concerns = overview.concerns.prefix(Self.mostConcerns).map { concern($0) }
        let further = concerns.dropFirst(Self.firstConcerns)
        fields["concerns"] = Array(concerns.prefix(Self.firstConcerns))
        fields["hasFurther"] = !further.isEmpty
        fields["further"] = Array(further)
        fields["furtherCount"] = (overview.concerns.count - Self.firstConcerns).grouped
        fields["moreConcerns"] = false
        if more > 0 { fields["moreConcerns"] = "And \(more.grouped) more: octovault doctor tells them." }
        fields["hasTasks"] = !overview.tasks.isEmpty
        fields["taskCount"] = overview.tasks.count.grouped
        fields["taskRows"] = taskCells.text(of: worstFirst(overview.tasks).map { TaskRow($0, links, now) }) { cell in
            let (template, fields) = cell.drawing
            return library.render(fields, withTemplate: template) ?? ""
        }
        fields["legend"] = legend(overview.tasks.reduce(into: []) { $0.formUnion($1.days.kinds) })
        fields["hasJobs"] = !overview.jobs.isEmpty
        fields["jobCount"] = overview.jobs.count.grouped
        fields["jobs"] = overview.jobs.map { row($0, links, now) }
        fields["hasRuns"] = !overview.runs.isEmpty
        fields["runs"] = overview.runs.map { row($0, links, now) }
        return render("front", frame, title: "Tasks", fields)
    }

    /// Tasks that lack something before the others; each in their own order.
    private func worstFirst(_ tasks: [TaskOverview]) -> [TaskOverview] {
        let levels = Dictionary(grouping: tasks, by: \.level)
        return [TaskOverview.Level.missing, .late, .good].flatMap { levels[$0] ?? [] }
    }

    private func concern(_ concern: Concern) -> [String: Any] {
        var fields: [String: Any] = [
            "kind": concern.isError ? "error" : "warning", "word": concern.isError ? "Put right:" : "Look at:",
            "message": concern.message.printable, "advice": false, "hasItems": !concern.items.isEmpty,
            "items": concern.items.map { ["item": $0.printable] },
        ]
        if let advice = concern.advice { fields["advice"] = ["parts": Self.parts(of: advice.printable)] }
        return fields
    }

    /// What stands in back quotes, and what begins with the program's name, is a command. A back quote within a
    /// command's quoted word is a part of that word.
    static func parts(of advice: String) -> [[String: Any]] {
        if let start = advice.range(of: "octovault "), !advice[..<start.lowerBound].unicodeScalars.contains("`") {
            let before = String(advice[..<start.lowerBound])
            return (before.isEmpty ? [] : [plain(before)]) + [code(String(advice[start.lowerBound...]))]
        }
        var parts: [[String: Any]] = []
        var text = String.UnicodeScalarView()
        var (isCode, isQuoted) = (false, false)
        func finish() {
            if !text.isEmpty { parts.append(isCode ? code(String(text)) : plain(String(text))) }
            text = String.UnicodeScalarView()
        }
        for scalar in advice.unicodeScalars {
            if scalar == "`", !isQuoted {
                finish()
                isCode.toggle()
            } else {
                if isCode, scalar == "'" { isQuoted.toggle() }
                text.append(scalar)
            }
        }
        finish()
        return parts
    }

    private static func plain(_ text: String) -> [String: Any] { ["plain": text, "code": false] }
    private static func code(_ text: String) -> [String: Any] { ["code": text, "plain": false] }

    private func row(_ job: JobOverview, _ links: PageLinks, _ now: Date) -> [String: Any] {
        var notes: [String] = []
        if job.counters.failuresInRow > 1 { notes.append("\(job.counters.failuresInRow.grouped) failures in a row") }
        if job.counters.missedFirings > 0 {
            notes.append("\(job.counters.missedFirings.counted("firing")) missed so far")
        }
        if !job.failedNotices.isEmpty { notes.append("\(job.failedNotices.count.counted("notice")) not delivered") }
        var fields: [String: Any] = ["last": false, "next": false, "schedule": false, "row": false]
        fields["job"] = job.name.printable
        fields["href"] = links.runs(of: job.name)
        if let schedule = job.schedule { fields["schedule"] = schedule.printable }
        fields["zone"] = job.zone?.printable ?? ""
        if !notes.isEmpty { fields["row"] = notes.joined(separator: ", ") }
        if let run = job.lastRun {
            fields["last"] = ToldTime.fields(run.startedAt, now: now).merging(outcome(run, job, now)) { $1 }
        }
        if let next = job.nextRun { fields["next"] = ToldTime.fields(next, now: now) }
        return fields
    }

    private func outcome(_ run: RunRecord, _ job: JobOverview, _ now: Date) -> [String: Any] {
        let isCutOff = run.finishedAt == nil && !job.isRunning(at: now)
        return ["outcome": isCutOff ? "cut off" : run.outcome.printable, "kind": isCutOff ? "late" : run.kind]
    }
}

extension VaultVerdict.Level {
    var sign: String {
        switch self {
        case .good: "✓"
        case .late: "◔"
        case .bad: "▲"
        }
    }
}

extension RunRecord {
    /// How its outcome is coloured.
    var kind: String {
        switch outcome {
        case "done": "good"
        case "running": "now"
        case "failed": "bad"
        default: "late"
        }
    }
}
