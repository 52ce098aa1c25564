import Archive
import ArgumentParser
import Foundation
import Restore
import StorageTime
import Vault

struct RestoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Write a task's rows out: CSV, TSV, NDJSON or JSON.",
        discussion: """
            In window order, then in the order archived. Rows carry no storage time, so --from and --to name whole \
            windows; --widen takes the whole of those that they cut. A null or absent field is empty in CSV, an empty \
            text is "". Output to a file is atomic.

            EXIT STATUS
              0 every row of the range is written · 64 usage · 65 damaged data, or gaps in the range (--allow-gaps)
              73 cannot write · 78 vault of a newer format · 130 interrupted · 143 stopped
            """)

    @Argument(help: "The task.")
    var task: String

    @Option(
        help: ArgumentHelp("Where the range begins, in storage time; else with the first window.", valueName: "time"))
    var from: String?

    @Option(help: ArgumentHelp("Where the range ends; else with the last window.", valueName: "time"))
    var to: String?

    @Flag(help: "Take the whole of windows that --from and --to cut.")
    var widen = false

    @Option(help: ArgumentHelp("storage-time, all, last-extraction or unexported.", valueName: "source"))
    var source: RowSource = .storageTime

    @Option(
        help: ArgumentHelp(
            "Which capture of another source: its time, as list shows it. Else the newest; of unexported, all batches.",
            valueName: "time"))
    var capturedAt: String?

    @Option(help: ArgumentHelp("csv, tsv, ndjson or json.", valueName: "format"))
    var format: RestoreFormat = .csv

    @Option(help: ArgumentHelp("Only these columns, in this order.", valueName: "a,b"))
    var columns: String?

    @Option(
        name: [.customShort("o"), .long],
        help: ArgumentHelp("The file to write; - is standard output.", valueName: "file"))
    var out = "-"

    @Flag(help: "CSV for spreadsheets: a byte-order mark, and cells that would run as formulas are guarded.")
    var excel = false

    @Flag(help: "End lines with CR LF.")
    var crlf = false

    @Flag(help: "Write what is there where the range has gaps.")
    var allowGaps = false

    @Option(help: ArgumentHelp("Write what was restored to this file, as JSON.", valueName: "file"))
    var receipt: String?

    @OptionGroup var vault: VaultOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let options = try RestoreOptions(format: format, columns: columnNames, excel: excel, crlf: crlf)
        let request = try request()
        let vault = try vault.open(output)
        let outcome = try await Interruption.guarding { [self] in
            try await restore(request, options, vault)
        }
        if let status = outcome.stoppedBy { return try finish(with: status) }
        let written = outcome.result
        if let receipt { try written.write(to: receipt) }
        let gaps = written.gaps.isEmpty ? "" : ", \(written.gaps.count) gaps left out"
        let target = out == "-" ? "" : " to \(out)"
        if output.json, out != "-" {
            try output.terminal.printLine(.raw(written.encoded()))
        } else {
            output.say(
                "\(written.rowsOut.grouped) rows of \(written.windows.grouped) windows\(target)\(gaps)".printable)
        }
    }

    private func restore(
        _ request: RestoreRequest, _ options: RestoreOptions, _ vault: SnapshotVault
    ) async throws -> RestoreReceipt {
        let terminal = output.terminal
        let isQuiet = output.quiet || out == "-"
        let receipt = try await vault.restore(request, options, to: out == "-" ? nil : out) { progress in
            guard !isQuiet else { return }
            terminal.show(progress: "\(progress.rows.grouped) of \(progress.ofRows.grouped) rows")
        }
        terminal.endProgress()
        return receipt
    }

    private var columnNames: [String]? {
        columns.map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
    }

    private func request() throws -> RestoreRequest {
        let task = try TaskID.arguments([task])
        let start = try StorageInstant.option("--from", from)
        let end = try StorageInstant.option("--to", to)
        if start != nil || end != nil { _ = try Window.range(from: from, to: to) }
        var capture = CaptureChoice.newest
        if let capturedAt {
            guard let choice = CaptureChoice(capturedAt) else {
                throw Problem.usage("--captured-at: '\(capturedAt)' is not a time", hint: "write it as list shows it")
            }
            capture = choice
        }
        return RestoreRequest(
            task: task.first?.text ?? self.task, source: source, from: start, to: end, widen: widen,
            allowGaps: allowGaps, capture: capture)
    }
}
