import ArgumentParser
import Foundation
import Operations
import Vault

struct MetricsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "metrics",
        abstract: "Print the vault's metrics in Prometheus' text format.",
        discussion: """
            What `run --listen` and `page --listen` serve under /metrics, for a textfile collector: what is covered, missing and \
            damaged, and how jobs ran. It is read from the catalog, so that nothing is lost by a restart; what a process counts \
            of its own requests is told by that process alone. -o replaces the file whole or not at all. A job's metrics_file \
            writes the same after each of its runs.

            EXIT STATUS: 0 told · 64 usage · 73 cannot write · 78 wrong job files (with --jobs), or a vault of a newer format
            """)

    @Option(
        name: [.customShort("o"), .customLong("out")], help: ArgumentHelp("Write them there.", valueName: "file"),
        completion: .file())
    var out: String?

    @Option(
        help: ArgumentHelp("The job files, a folder or one file; else 'jobs', if it is there.", valueName: "path"),
        completion: .file(extensions: ["yaml", "yml"]))
    var jobs: String?

    @OptionGroup var vault: VaultOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let vault = try vault.open(output)
        defer { vault.close() }
        let reader = try OverviewReader(vault, jobs: jobs, output: output)
        let text = VaultMetrics.text(try reader.overview(), version: OctovaultCommand.version, traffic: nil)
        if let out {
            try WholeFile.write(text, to: out)
        } else {
            try output.terminal.printLine(String(text.dropLast()))
        }
    }
}
