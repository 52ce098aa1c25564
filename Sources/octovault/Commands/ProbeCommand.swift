import Archive
import ArgumentParser
import Foundation
import Jobs
import Logging
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

            Then it looks for rows by offset and for unexported rows that are marked later, which later hosts have: five \
            requests at most. Where the host does not speak the API that the account is set to, it tries the other.

            Of an account with api: openapi it looks at cursors alone: whether they give their own row again, the order of \
            rows, how many come in one answer; five requests. Nothing is marked.

            --json prints one document: task, requests, api, complete, task_rows, interval (closed, half-open, left-open, \
            one-sided, open, unknown), certain, instants (accepted, refused, unknown), heeds_interval, total_counts \
            (query, task, unknown), sub_second, order (stable, unstable, unknown), ties, server_date, offset_seconds, \
            offset_exact, cursors (cursor, order, counts_rows, rows_per_answer, bytes_per_answer, unexported), account (the \
            lines to write), evidence (step, from, to, total, rows); of api: openapi task, requests, api, task_rows, cursors, \
            account.

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
        _ = try Window.range(from: from, to: to, clock: account.storageClock)
        let logger = output.logger()
        let ended = try await SignalHandling.guarding { [self] in
            do {
                return try await look(account, isFound: false, logger)
            } catch let error as APIError where error.code == .wrongAPI {
                guard let other = try await account.speakingOther(logger: logger) else { throw error }
                return try await look(other, isFound: true, logger)
            }
        }
        guard let seen = ended.result else { return }
        if output.json {
            try output.terminal.printLine(seen.json)
        } else {
            for line in seen.lines { try output.terminal.printLine(line.printable) }
        }
        try finish(with: ended.stoppedBy ?? seen.verdict)
    }

    /// What is to be shown.
    private struct Seen: Sendable {
        let json: OrderedJSON
        let lines: [String]
        let verdict: ExitStatus
    }

    /// - Parameter isFound: whether the account is set to another API than the one that is looked at.
    private func look(_ account: Account, isFound: Bool, _ logger: Logger) async throws -> Seen? {
        let session = AccountSession(vault: nil, account: account, logger: logger)
        guard let found = try await session.tasks(named: [task], isStrict: true).first else { return nil }
        let task = found.text
        let range = try Window.range(from: from, to: to, clock: account.storageClock)
        let request = Probe.Request(task: task, range: range, requests: requests)
        return try await session.asking(of: found) { client in
            if account.dialect == .openAPI {
                let cursors = try await CursorProbe(cursors: client, mayLack: false).run(task: task)
                let report = CursorProbeReport(
                    task: task, account, isFound: isFound, cursors, requests: client.requests.requests)
                return Seen(json: report.json, lines: report.lines, verdict: report.verdict)
            }
            let observations = try await Probe(pages: client).run(request)
            let later = try await CursorProbe(cursors: client, mayLack: true).run(task: task)
            let report = ProbeReport(
                task: task, observations, ProbeFindings(observations), account, later: later, isFound: isFound)
            return Seen(json: report.json, lines: report.lines, verdict: report.verdict)
        }
    }
}
