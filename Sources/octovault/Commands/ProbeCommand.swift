import Archive
import ArgumentParser
import Foundation
import Jobs
import OctoparseAPI
import Operations
import Records
import Snapshots
import StorageTime

struct ProbeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "probe",
        abstract: "Measure how the API counts intervals, orders rows and tells time, on a real task.",
        discussion: """
            Asks for counts only, and for one page twice: about 30 requests where the task stored rows within the last \
            day, at most \(Probe.Request.mostRequests) otherwise. A task at rest with several rows in one second shows \
            most. It prints what was found, the counts it rests on, and the lines to write for the account.

            Half-open and left-open cannot be told apart by counting; rows stored on the hour make one of them likely. \
            The zone is certain only where rows come in while the probe looks; else the newest rows say "at least".

            Of an account with api: openapi it looks at cursors instead: whether they give their own row again, the order of \
            rows, how many come in one answer; six requests. Nothing is marked.

            --json prints one document: task, requests, complete, task_rows, interval (closed, half-open, left-open, \
            one-sided, open, unknown), certain, instants (accepted, refused, unknown), heeds_interval, total_counts \
            (query, task, unknown), sub_second, order (stable, unstable, unknown), ties, server_date, offset_seconds, \
            offset_exact, account (the lines to write), evidence (step, from, to, total, rows).

            EXIT STATUS
              0 measured · 64 usage, or no such task · 65 the server's intervals cannot prove a window
              69 API unavailable · 75 too little was seen · 77 credentials refused · 78 bad account
            """)

    @Argument(help: "The task: its id, the beginning of it, or its name.", completion: Completion.tasks)
    var task: String

    @Option(help: ArgumentHelp("Look for rows from here …", valueName: "time"))
    var from: String?

    @Option(help: ArgumentHelp("… to here only, in storage time.", valueName: "time"))
    var to: String?

    @Option(help: ArgumentHelp("The most requests to make, 8 or more.", valueName: "requests"))
    var requests = Probe.Request.mostRequests

    @OptionGroup var account: AccountOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        guard requests >= 8 else {
            throw Problem.usage(
                "--requests: \(requests) are too few", hint: "allow 8 or more; 30 do where rows are recent")
        }
        let account = try account.choice.account()
        let range =
            account.dialect == .openAPI ? nil : try Window.range(from: from, to: to, clock: account.storageClock)
        let session = AccountSession(vault: nil, account: account, logger: output.logger())
        guard let task = try await session.tasks(named: [task], isStrict: true).first else { return }
        if account.dialect == .openAPI { return try await lookAtCursors(task, session) }
        let request = Probe.Request(task: task.text, range: range, requests: requests)
        let ended = try await SignalHandling.guarding {
            try await session.asking(of: task) { client in try await Probe(pages: client).run(request) }
        }
        let report = ProbeReport(task: task.text, ended.result, ProbeFindings(ended.result), account)
        if output.json {
            try output.terminal.printLine(report.json)
        } else {
            for line in report.lines { try output.terminal.printLine(line.printable) }
        }
        try finish(with: ended.stoppedBy ?? report.verdict)
    }

    private func lookAtCursors(_ task: TaskID, _ session: AccountSession) async throws {
        let ended = try await SignalHandling.guarding {
            try await session.asking(of: task) { client in
                let findings = try await CursorProbe(cursors: client).run(task: task.text)
                return CursorProbeReport(
                    task: task.text, isOfToday: true, findings, requests: client.requests.requests)
            }
        }
        if output.json {
            try output.terminal.printLine(ended.result.json)
        } else {
            for line in ended.result.lines { try output.terminal.printLine(line.printable) }
        }
        if let status = ended.stoppedBy { try finish(with: status) }
    }
}
