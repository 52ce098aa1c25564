import ArgumentParser
import Catalog
import Foundation
import Operations
import Spelling
import StorageTime
import Vault

struct HistoryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "The runs of jobs: what each took, and how it ended.",
        discussion: """
            The latest runs, the newest last, times in UTC. Windows are counted; bytes are those received. A run that says \
            'running' is under way, or was cut off with its process. Of runs in a row that had nothing to do only the \
            latest is kept. The history lives in the vault's catalog alone.

            EXIT STATUS: 0 shown · 64 usage, or a job that never ran · 78 vault of a newer format
            """)

    @Option(help: ArgumentHelp("Only this job's runs.", valueName: "name"), completion: Completion.jobs)
    var job: String?

    @Option(name: .customShort("n"), help: ArgumentHelp("How many runs.", valueName: "count"))
    var count = 20

    @OptionGroup var vault: VaultOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let count = try Int.option("-n", count)
        let vault = try vault.open(output)
        defer { vault.close() }
        let catalog = vault.catalog
        let runs = try catalog.runs(of: job, limit: count)
        if runs.isEmpty { try tellNothing(catalog) }
        if output.json {
            for run in runs.reversed() { try output.terminal.printLine(run.json) }
        } else if !runs.isEmpty {
            try output.terminal.printTable(
                RunRecord.table(runs.reversed(), isForPeople: output.terminal.width != nil))
        }
    }

    private func tellNothing(_ catalog: SnapshotCatalog) throws {
        let known = try catalog.jobHistories().map(\.job)
        if let job, !known.isEmpty {
            throw Problem(
                .usage, code: "unknown-job", "no run of a job '\(job)' is recorded",
                hint: (NearestName.of(job, among: known).map { "did you mean '\($0)'? " } ?? "")
                    + "the jobs that ran are \(known.joined(separator: ", "))")
        }
        output.say("no run is recorded since \(try catalog.historySince().utcText)")
        let runs = "`octovault run --once` runs every job now, and `octovault init` writes a first one"
        if let job { throw Problem(.usage, code: "unknown-job", "no run of a job '\(job)' is recorded", hint: runs) }
        output.say("  \(runs)")
    }
}

extension RunRecord {
    /// - Parameter isForPeople: whether sizes are told in units, in place of bytes.
    static func table(_ runs: [RunRecord], isForPeople: Bool = false) -> TextTable {
        var table = TextTable(columns: [
            .left("STARTED"), .left("JOB"), .left("OUTCOME"), .right("TOOK").optional, .right("SEALED").optional,
            .right("EMPTY").optional, .right("UNPROVEN").optional, .right("RETAKEN").optional,
            .right("COUNTED").optional, .right("FAILED").optional, .right("ROWS").optional,
            .right(isForPeople ? "SIZE" : "BYTES").optional, .right("REQUESTS").optional, .right("RETRIES").optional,
            .flexible("FIRST ERROR"),
        ])
        for run in runs {
            let took = run.finishedAt.map { Seconds(max(0, Int(held: $0.timeIntervalSince(run.startedAt)))).clock }
            func told(_ counts: Int...) -> [String] { counts.map { $0 == 0 ? "" : $0.grouped } }
            let size = isForPeople && run.bytes > 0 ? [run.bytes.byteSize] : told(run.bytes)
            table.rows.append(
                [run.startedAt.utcText, run.job, run.outcome, took ?? ""]
                    + told(run.sealed, run.empty, run.unproven, run.retaken, run.counted, run.failed, run.rows) + size
                    + told(run.requests, run.retries) + [run.firstError ?? ""])
            table.styles.append(run.style)
        }
        return table
    }

    private var style: Style {
        switch outcome {
        case "done", "running": .plain
        case "failed": .bad
        default: .warning
        }
    }
}
