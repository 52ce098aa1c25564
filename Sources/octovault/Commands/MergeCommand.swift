import Archive
import ArgumentParser
import Foundation
import Operations
import Vault

struct MergeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "merge",
        abstract: "Take what other vaults hold into this one.",
        discussion: """
            Makes one vault of those that several workers filled. Into --vault, made where there is none: what is new is \
            checked row by row against its manifest, then linked (on one file system) or copied, then published. Two \
            revisions of one window become one that holds all rows of both. The other vaults are only read. Again is a \
            no-op; killed at any moment, what is here is whole, and the next merge goes on.

            A snapshot over the same time as other windows here, one of another host, and damage on either side are \
            conflicts: named, and left as they are.

            --json prints one document: vaults, snapshots (in them), merged (that changed something here), already, \
            conflicts (vault, task, path, code, message; the first 10,000), rows (new here).

            EXIT STATUS
              0 all of it is here · 64 usage · 65 there are conflicts · 73 cannot write
              75 a task is locked (with --no-wait) · 78 no vault there, or one of a newer format
              130 interrupted · 143 stopped
            """)

    @Argument(help: ArgumentHelp("The vaults to take from.", valueName: "vaults"), completion: .directory)
    var sources: [String]

    @Flag(help: "Check everything and say what would be merged, and change nothing.")
    var dryRun = false

    @Flag(help: "Do not wait for a task that another process holds: leave it out, and end with 75.")
    var noWait = false

    @OptionGroup var vault: VaultOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try VaultMerge.check(sources)
        var folder: String?
        defer { if let folder { try? FileManager.default.removeItem(atPath: folder) } }
        let vault: SnapshotVault
        if dryRun, !FileManager.default.fileExists(atPath: self.vault.folder) {
            // Compared with nothing at all.
            let empty = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
            folder = empty
            vault = try SnapshotVault.open(at: empty, access: .create)
        } else {
            vault = try self.vault.open(dryRun ? .reading : .create, waitsForLocks: !noWait, output)
        }
        defer { vault.close() }
        let (terminal, isQuiet) = (output.terminal, output.quiet)
        let merge = try VaultMerge(
            from: sources, into: vault, isDryRun: dryRun, wait: noWait ? .no : .announced(output)
        ) { report in
            if !isQuiet {
                terminal.show(
                    progress: "\(report.snapshots.counted("snapshot")) read, \(report.merged.grouped) merged")
            }
        }
        let ended = try await SignalHandling.guarding { try await merge.run() }
        terminal.endProgress()
        try show(ended.result)
        try finish(with: ended.stoppedBy ?? ended.result.verdict)
    }

    private func show(_ report: MergeReport) throws {
        for task in report.locked {
            output.say("task \(task) is taken by another process: merge again later".printable)
        }
        if output.json { return try output.terminal.printLine(report.json) }
        for conflict in report.conflicts {
            try output.terminal.printSentence("conflict, \(conflict.code.rawValue): \(conflict.message)")
        }
        if report.conflictCount > report.conflicts.count {
            try output.terminal.printSentence(
                "and \((report.conflictCount - report.conflicts.count).counted("conflict")) more")
        }
        try output.terminal.printSentence(
            "\(report.vaults.counted("vault")), \(report.snapshots.counted("snapshot")): \(report.merged.grouped) "
                + (dryRun ? "would be merged" : "merged")
                + ", \(report.already.grouped) here already, \(report.conflictCount.counted("conflict")); "
                + "\(report.rows.counted("row"))")
    }
}
