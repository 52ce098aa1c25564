import Archive
import ArgumentParser
import Foundation
import Operations
import Vault

struct CopyCheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Compare a copy with the vault.",
        discussion: """
            Compares sizes and, where the copy's store gives hashes of its files, these; --deep reads every byte of the \
            copy back. A folder's files are always read. Extra files, which no manifest of the vault names, are told and do \
            no harm.

            --json prints one document: remote, same (snapshots), missing, differing, extra (paths below the vault).

            EXIT STATUS
              0 the copy holds all of the vault · 64 usage · 65 files are missing or differ
              69 the copy cannot be reached, or rclone is not installed · 78 no vault there · 130 interrupted
              143 stopped
            """)

    @OptionGroup var copy: CopyOptions

    @Flag(help: "Read every byte of the copy back.")
    var deep = false

    @OptionGroup var vault: VaultOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let (terminal, isQuiet) = (output.terminal, output.quiet)
        let store = try copy.store()
        let check = CopyCheck(
            root: vault.folder, store: store, tasks: try await tasks(store), isDeep: deep
        ) { report in
            if !isQuiet { terminal.show(progress: "\(report.same.grouped) snapshots are the same") }
        }
        let ended = try await SignalHandling.guarding { try await check.run() }
        terminal.endProgress()
        let report = ended.result
        if output.json {
            try terminal.printLine(report.json)
        } else {
            for path in report.missing { try terminal.printLine("missing    \(path)".printable) }
            for path in report.differing { try terminal.printLine("differing  \(path)".printable) }
            try terminal.printSentence(
                "\(report.remote): \(report.same.counted("snapshot")) the same, "
                    + "\(report.missing.count.counted("file")) missing, "
                    + "\(report.differing.count.grouped) differing, \(report.extra.count.grouped) extra")
        }
        try finish(with: ended.stoppedBy ?? report.verdict)
    }

    /// Without a task named, the vault's index is not needed.
    private func tasks(_ store: any CopyStore) async throws -> [TaskID]? {
        guard !copy.tasks.isEmpty else { return nil }
        let vault = try vault.open(.reading, output)
        defer { vault.close() }
        return try await copy.tasks(in: store, and: vault)
    }
}
