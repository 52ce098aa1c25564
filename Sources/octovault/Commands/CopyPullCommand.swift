import ArgumentParser
import Foundation
import Operations
import StorageTime
import Vault

struct CopyPullCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pull",
        abstract: "Make a vault of a copy, or bring back what the vault lacks of it.",
        discussion: """
            Into --vault, made where there is none. Each snapshot is checked here, row by row, before its manifest is \
            published; a damaged one is left out and named. Again is a no-op. Where the vault has another revision of a \
            window, the two are joined, as octovault merge does.

            --manifests brings the manifests alone: status and backfill know what is covered, and the rows stay in the \
            copy until a pull without it.

            --json prints one document: remote, snapshots, pulled, already, rows, bytes, failures (path, code, message), \
            seconds.

            EXIT STATUS
              0 all of it is here · 64 usage · 65 damaged or conflicting snapshots were left out
              69 the copy cannot be reached, or rclone is not installed · 73 cannot write
              75 another pull works on the vault · 78 a vault of a newer format · 130 interrupted · 143 stopped
            """)

    @OptionGroup var copy: CopyOptions

    @Option(help: ArgumentHelp("Only windows that touch the range from here …", valueName: "time"))
    var from: String?

    @Option(help: ArgumentHelp("… to here, in storage time.", valueName: "time"))
    var to: String?

    @Flag(help: "Only the manifests: the archives stay in the copy.")
    var manifests = false

    @OptionGroup var vault: VaultOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let store = try copy.store()
        let range = try Window.range(from: from, to: to)
        let vault = try vault.open(.create, output)
        defer { vault.close() }
        let tasks = try await copy.tasks(in: store, and: vault)
        let (terminal, isQuiet) = (output.terminal, output.quiet)
        let pull = CopyPull(
            vault: vault, store: store, tasks: tasks, range: range, takesManifestsOnly: manifests
        ) { report in
            if !isQuiet {
                terminal.show(
                    progress: "\(report.snapshots.grouped) snapshots, \(report.pulled.grouped) pulled, "
                        + "\(report.bytes.byteSize)")
            }
        }
        let ended = try await SignalHandling.guarding { try await pull.run() }
        terminal.endProgress()
        let report = ended.result
        if output.json {
            try terminal.printLine(report.json)
        } else {
            for failure in report.failures {
                terminal.say("octovault: left out: \(Problem(failure.error).message)")
            }
            try terminal.printSentence(
                "\(report.remote): \(report.snapshots.counted("snapshot")), \(report.pulled.grouped) pulled, "
                    + "\(report.already.grouped) here already, \(report.failures.count.grouped) left out; "
                    + "\(report.rows.counted("row")), \(report.bytes.byteSize)")
        }
        try finish(with: ended.stoppedBy ?? report.verdict)
    }
}
