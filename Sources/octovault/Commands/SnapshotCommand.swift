import Archive
import ArgumentParser
import Foundation
import Jobs
import Operations
import Records
import Snapshots
import StorageTime
import Vault

struct SnapshotCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "snapshot",
        abstract:
            "Take a source that has no windows: increments, all rows, the last extraction, unexported rows, a lot.",
        discussion: """
            increments are the rows behind the cursor at which the last one ended: all rows at first, then those that came. \
            They are proven by total and restTotal; where these do not add up, or the cursor is refused, the task is read \
            from its first row on, and what is not there yet, by its bytes, is added. Rows that the cloud lost stay. For \
            accounts with api: openapi, and hosts of the older API that have rows by offset.

            all and last-extraction are paged whole, twice at different page sizes, and both passes must hold the same \
            rows. Where they are those of the capture before, nothing is stored: that one's rechecked_at is set.

            unexported, where the host has it in two phases (api: openapi, later hosts of the older API): fetched, on the \
            disk, then marked, so that nothing is lost; the next answer tells what came of a mark.

            unexported elsewhere is drained in batches of --batch rows. THE SERVER MARKS ROWS AS EXPORTED BY ANSWERING: an answer \
            that is lost on its way, or a crash between the answer and the disk, loses that one batch for good. So each \
            batch is a capture on the disk before the next is asked for; a failed request is not repeated blindly: the \
            next total tells whether rows are gone, and how many is said. What cannot be stored as a capture is kept in \
            lost+found/unexported/. Stopped, it ends after the batch in flight.

            --json prints one line a task: task, source, result (captured, unchanged, drained, stopped, failed), \
            captures, rows, bytes, requests, captured_at, path, proof, left, arrived, lost, kept, perhaps_lost, kept_files, \
            code, message.

            EXIT STATUS
              0 captured, unchanged or drained · 64 usage · 65 rows are lost, or may be, or lie in lost+found
              69 API unavailable · 73 cannot write · 75 rows kept moving, or a task is locked or unknown
              77 credentials refused · 78 bad account or vault · 130 interrupted · 143 stopped
            """)

    @OptionGroup var selection: AccountTaskOptions

    @Option(help: ArgumentHelp("increments, all, last-extraction, unexported or lot.", valueName: "source"))
    var source: CaptureSource

    @Option(help: ArgumentHelp("Rows asked for in one answer, 1 to 1000.", valueName: "rows"))
    var pageSize = JobDefaults.pageSize

    @Option(
        help: ArgumentHelp(
            "Unexported rows asked for in one answer, 1 to 1000: the most that one lost answer loses. Else 100, or 1000 "
                + "where rows are marked once they are stored.", valueName: "rows"))
    var batch: Int?

    @Option(help: ArgumentHelp("The extraction run to take, with --source lot.", valueName: "number"))
    var lot: String?

    @Option(help: ArgumentHelp("Requests in flight, 1 to 64; unexported has one.", valueName: "requests"))
    var concurrency = JobDefaults.concurrency

    @Option(
        help: ArgumentHelp(
            "What proves a capture whole: one-answer (or two passes that agree), or totals (fewer requests, a weaker "
                + "proof).", valueName: "proof"))
    var proof: Proof = .oneAnswer

    @Flag(help: "Do not wait for a task that another process holds: end with 75.")
    var noWait = false

    @OptionGroup var rate: RateOptions
    @OptionGroup var vault: VaultOptions
    @OptionGroup var account: AccountOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try check()
        let account = try account.choice.account().limited(to: rate.value())
        let vault = try vault.open(.create, waitsForLocks: !noWait, output)
        defer { vault.close() }
        var request = CaptureRun.Request(source: source, batch: batch, waitsForLock: !noWait)
        request.lot = lot
        let report = CaptureReport(output: output)
        let session = AccountSession(
            vault: vault, account: account,
            configuration: TakingConfiguration(pageSize: pageSize, concurrency: concurrency, proof: proof),
            logger: output.logger())
        let tasks = try await selection.tasks(session)
        let ended = try await SignalHandling.guarding { [request] in
            try await session.capture(request, tasks: tasks) { report.note($0) }
        }
        try report.finish(ended.result)
        let verdict = ended.result.map(\.verdict).verdict
        try finish(with: ended.stoppedBy ?? verdict)
    }

    private func check() throws {
        for (option, size) in [("--page-size", pageSize), ("--batch", batch ?? pageSize)]
        where !JobDefaults.pageSizes.contains(size) {
            throw Problem.usage(
                "\(option): \(size) is not possible", hint: "the API gives 1 to 1000 rows in one answer")
        }
        guard (source == .lot) == (lot != nil), lot?.isEmpty != true else {
            throw Problem.usage(
                source == .lot ? "--source lot needs a number" : "--lot is for --source lot",
                hint: "--source lot --lot NUMBER; the vendor's site shows the numbers of a task's runs")
        }
        guard JobDefaults.concurrencies.contains(concurrency) else {
            throw Problem.usage("--concurrency: \(concurrency) is not possible", hint: "choose 1 to 64")
        }
    }
}
