import Archive
import ArgumentParser
import StorageTime
import Vault

struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Read archives back and compare them with their manifests.",
        discussion: """
            Compares every archive's size and SHA-256, decompresses every member and counts its rows; --deep reads every \
            row as well and compares the rows' digest and columns. Finds archives that no manifest names, manifests that \
            overlap or lie in the wrong place, and an index that differs from the manifests. Gaps are no damage.

            EXIT STATUS: 0 all of it is sound · 65 damaged data · 78 vault of a newer format · 130 interrupted
            """)

    @Argument(help: "Tasks to verify. Without one, every task.")
    var tasks: [String] = []

    @Option(help: ArgumentHelp("Only windows that touch the range from here …", valueName: "time"))
    var from: String?

    @Option(help: ArgumentHelp("… to here, in storage time.", valueName: "time"))
    var to: String?

    @Flag(help: "Read every row, and compare digests and columns.")
    var deep = false

    @OptionGroup var vault: VaultOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let tasks = try TaskID.arguments(tasks)
        let range = try Window.range(from: from, to: to)
        let vault = try vault.open(output)
        let outcome = try await Interruption.guarding { [self] in
            try await verify(vault, tasks, range)
        }
        if let status = outcome.stoppedBy { return try finish(with: status) }
        let report = outcome.result
        if output.json {
            try output.terminal.printLine(
                .object([
                    "snapshots": .integer(report.snapshots), "rows": .integer(report.rows),
                    "bytes": .integer(report.bytes), "damaged": .array(report.damaged.map(\.json)),
                ]))
        } else {
            for damage in report.damaged {
                try output.terminal.printLine(
                    "\(damage.code.rawValue)  \(damage.manifest): \(damage.message)".printable)
                if !damage.hint.isEmpty { try output.terminal.printLine("  \(damage.hint)".printable) }
            }
            try output.terminal.printLine(
                "\(report.snapshots.grouped) snapshots, \(report.rows.grouped) rows, \(report.bytes.grouped) bytes: "
                    + (report.damaged.isEmpty ? "all sound" : "\(report.damaged.count.grouped) damaged"))
        }
        try finish(with: report.damaged.isEmpty ? .done : .dataDamaged)
    }

    private func verify(_ vault: SnapshotVault, _ tasks: [TaskID], _ range: Window?) async throws -> VerifyReport {
        let terminal = output.terminal
        let isQuiet = output.quiet
        var options = VerifyOptions()
        options.range = range
        options.isDeep = deep
        let report = try await vault.verify(tasks: tasks.isEmpty ? nil : tasks, options: options) { done in
            if !isQuiet { terminal.show(progress: "\(done.snapshots.grouped) snapshots, \(done.rows.grouped) rows") }
        }
        terminal.endProgress()
        return report
    }
}
