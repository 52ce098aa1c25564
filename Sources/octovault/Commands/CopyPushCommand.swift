import ArgumentParser
import Foundation
import Operations
import Vault

struct CopyPushCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "push",
        abstract: "Bring the vault's snapshots to a copy.",
        discussion: """
            Archives first, each read and compared with its manifest, then the manifests: killed at any moment, a \
            manifest in the copy has its archive there. Again copies what is new. Nothing is removed there, unless --prune \
            removes what the vault has replaced (earlier revisions, windows of a compacted day, pruned rows), once what \
            replaces it is in the copy.

            --json prints one document: remote, snapshots, copied, already, bytes, pruned, failures (path, code, message), \
            seconds.

            EXIT STATUS
              0 all of it is there · 64 usage · 65 damaged snapshots were left out
              69 the copy cannot be reached, or rclone is not installed · 73 a folder cannot be written
              78 no vault there, or one of a newer format · 130 interrupted · 143 stopped
            """)

    @OptionGroup var copy: CopyOptions

    @Flag(help: "Say what would be copied, and change nothing.")
    var dryRun = false

    @Flag(help: "Remove from the copy what the vault has replaced.")
    var prune = false

    @OptionGroup var vault: VaultOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let store = try copy.store()
        let vault = try vault.open(dryRun ? .reading : .existing, output)
        defer { vault.close() }
        let tasks = copy.tasks.isEmpty ? nil : try vault.tasks(named: copy.tasks)
        let (terminal, isQuiet) = (output.terminal, output.quiet)
        let total = isQuiet || !terminal.showsProgress ? nil : vault.snapshotCount(of: tasks)
        let push = CopyPush(
            vault: vault, store: store, tasks: tasks, isDryRun: dryRun, prune: prune,
            progress: { report in
                if !isQuiet {
                    let all = total.map { " of \(max($0, report.snapshots).grouped)" } ?? ""
                    terminal.show(
                        progress: "\(report.snapshots.grouped)\(all) snapshots, \(report.copied.grouped) copied, "
                            + "\(report.bytes.byteSize)")
                }
            })
        let ended = try await SignalHandling.guarding { try await push.run() }
        terminal.endProgress()
        try show(ended.result)
        try finish(with: ended.stoppedBy ?? ended.result.verdict)
    }

    private func show(_ report: PushReport) throws {
        if output.json { return try output.terminal.printLine(report.json) }
        for failure in report.failures {
            let problem = Problem(failure.error)
            output.terminal.say("octovault: \(problem.message)")
            if let hint = problem.hint { output.terminal.say("  \(hint)") }
        }
        let would = dryRun ? "to be copied" : "copied"
        let pruned = report.pruned > 0 ? "; \(report.pruned.grouped) replaced files removed" : ""
        try output.terminal.printSentence(
            "\(report.remote): \(report.snapshots.counted("snapshot")), \(report.copied.grouped) \(would), "
                + "\(report.already.grouped) there already, \(report.failures.count.counted("failure")); "
                + "\(report.bytes.byteSize)\(pruned)")
    }
}
