import Archive
import Foundation
import Operations
import Snapshots
import StorageTime
import Vault

extension VerifyCommand {
    func show(_ verified: Verified, since: Date?) throws {
        if output.json { return try output.terminal.printLine(verified.json(since: since)) }
        let report = verified.report
        for damage in report.damaged {
            try print("\(damage.code.rawValue)  \(damage.manifest): \(damage.message)")
            if !heal { try print("  \(damage.hint)") }
        }
        if let plan = verified.plan { try show(plan, verified) }
        if !report.lostAndFound.isEmpty {
            try print(
                "\(report.lostAndFound.count.grouped) files in lost+found/: kept for people, and no part of the backup")
        }
        let since =
            since.map { ", \(report.skipped.grouped) found sound since \($0.formatted(.iso8601)) not read" } ?? ""
        let left = verified.damaged.count
        let verdict = left == 0 ? "all sound" : "\(left.grouped) damaged"
        let healed = verified.after == nil ? "" : "\(report.damaged.count.grouped) damaged; after healing: "
        try print(
            "\(report.snapshots.counted("snapshot")), \(report.rows.counted("row")), \(report.bytes.byteSize)\(since): "
                + healed + verdict)
        for line in verified.comparison?.lines ?? [] { try print(line) }
    }

    private func show(_ plan: HealPlan, _ verified: Verified) throws {
        for step in plan.steps {
            let what = step.window.map { "\(step.path), window \($0)" } ?? step.path
            try print("\(dryRun ? "would " : "")\(step.action.rawValue)  \(what)")
            if step.action == .byHand { try print("  \(step.hint)") }
        }
        for sentence in verified.healed?.done ?? [] { try print("done  \(sentence)") }
        for failure in verified.healed?.failures ?? [] {
            try print("failed  \(failure.message)")
            if let hint = failure.hint { try print("  \(hint)") }
        }
        for task in verified.healed?.locked ?? [] {
            try print("task \(task) is taken by another process: run the command again later")
        }
        if let taken = verified.taken { try print("taken again: \(taken.sentence)") }
        for outcome in verified.walked {
            let end = outcome.error.map { Problem($0).message } ?? "\(outcome.rows.counted("row")) came back"
            try print("read again  task \(outcome.task) from its first row on: \(end)")
        }
        if let problem = verified.accountProblem, verified.missing > 0 {
            try print("\(verified.missing.grouped) windows are to be taken again, which needs the account: \(problem)")
        }
        if let problem = verified.accountProblem, verified.missingIncrements > 0 {
            try print(
                "\(verified.missingIncrements.counted("task")) with damaged increments to be read from the first row on, "
                    + "which needs the account: \(problem)")
        }
        for damage in verified.after?.damaged ?? [] {
            try print("left  \(damage.code.rawValue)  \(damage.manifest): \(damage.message)")
            try print("  \(damage.hint)")
        }
    }

    private func print(_ line: String) throws { try output.terminal.printSentence(line) }
}
