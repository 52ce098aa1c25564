import ArgumentParser
import Operations
import Vault

struct CatalogCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "catalog", abstract: "Care for the index of the vault.", subcommands: [Rebuild.self])

    struct Rebuild: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "rebuild",
            abstract: "Make the index again from the manifests, which are the truth.",
            discussion: """
                Coverage, totals and states come back whole; the history of runs lives in the index alone and begins anew.

                EXIT STATUS: 0 rebuilt · 65 damaged manifests were left out · 73 cannot write · 78 newer format
                """)

        @OptionGroup var vault: VaultOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let vault = try vault.open(output)
            defer { vault.close() }
            let terminal = output.terminal
            let isQuiet = output.quiet
            let report = try vault.rebuildCatalog { _, snapshots in
                if !isQuiet, snapshots % 512 == 0 { terminal.show(progress: "\(snapshots.grouped) manifests") }
            }
            terminal.endProgress()
            if output.json {
                try terminal.printLine(
                    .object([
                        "folders": .integer(report.folders), "snapshots": .integer(report.snapshots),
                        "damaged": .array(report.damages.map(\.json)),
                    ]))
            } else {
                for damage in report.damages { terminal.say("\(damage.manifest): \(damage.message)".printable) }
                output.say(
                    "indexed \(report.snapshots.counted("snapshot")) in \(report.folders.counted("folder")); the history of runs "
                        + "begins anew")
            }
            try finish(with: report.damages.isEmpty ? .done : .dataDamaged)
        }
    }
}
