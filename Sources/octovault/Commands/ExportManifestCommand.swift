import Archive
import ArgumentParser
import Operations
import Restore
import StorageTime
import Vault

struct ExportManifestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export-manifest",
        abstract: "Write all manifests as one list, to check copies of the vault against.",
        discussion: """
            NDJSON, a line a snapshot: {"path":…,"manifest":{…}}, the path below the vault and the manifest byte for byte, \
            folder by folder. A copy of the vault, on another disk or from a bucket, is checked by \
            octovault verify --offline COPY --manifests FILE, and octovault diff takes the list in place of a folder. \
            Catalog and archives are not read. Output to a file is atomic.

            With -o, --json prints one document: file, snapshots, rows, bytes (of the archives), damaged (manifests that \
            do not read, and are left out).

            EXIT STATUS
              0 all of them are written · 64 usage · 65 damaged manifests were left out · 73 cannot read or write
              78 no vault there, or one of a newer format · 130 interrupted · 143 stopped
            """)

    @OptionGroup var selection: SelectionOptions

    @Option(
        name: [.customShort("o"), .long],
        help: ArgumentHelp("The file to write; - is standard output.", valueName: "file"), completion: .file())
    var out = "-"

    @OptionGroup var vault: VaultOptions
    @OptionGroup var output: OutputOptions

    /// The tasks named; nil for all. Names are looked up in the vault as it is, without its catalog.
    private func tasksNamed() throws -> [TaskID]? {
        guard !selection.tasks.isEmpty else { return nil }
        let vault = try SnapshotVault.open(at: vault.folder, access: .offline)
        defer { vault.close() }
        return try selection.tasks(in: vault)
    }

    func run() async throws {
        let tasks = try tasksNamed()
        let wanted = ManifestSelection(tasks: tasks, range: try selection.range())
        let folder = try FolderManifests(at: vault.folder, selection: wanted)
        let (terminal, isQuiet, out) = (output.terminal, output.quiet || out == "-", out)
        let ended = try await SignalHandling.guarding {
            let sink: any RowSink = out == "-" ? DescriptorSink.standardOutput() : try FileSink(path: out)
            return try ManifestExport(folder, of: tasks, to: sink) { written in
                if !isQuiet { terminal.show(progress: "\(written.snapshots.grouped) manifests") }
            }
        }
        terminal.endProgress()
        let written = ended.result
        for damage in written.damaged { terminal.say("octovault: \(damage.message); it is left out".printable) }
        if output.json, out != "-" {
            try terminal.printLine(written.json(file: out))
        } else {
            let target = out == "-" ? "" : " to \(out)"
            output.say(
                "\(written.snapshots.counted("manifest")) of \(CaptureReport.rows(written.rows))\(target)".printable)
        }
        try finish(with: ended.stoppedBy ?? (written.damaged.isEmpty ? .done : .dataDamaged))
    }
}
