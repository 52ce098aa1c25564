import ArgumentParser
import Foundation
import Jobs
import Logging
import Operations
import Scheduler
import StatusServer
import Vault

struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run jobs on their schedules, in the foreground.",
        discussion: """
            Each run takes what is due of its tasks: the time that is closed and not covered yet, however long nobody \
            ran. A firing missed while stopped is made up for at the start.

            SIGTERM starts nothing more, lets windows in flight finish for 30 seconds, and ends with 0; a second one cuts \
            them off. What is sealed stays either way. SIGHUP reads the job files again; wrong ones change nothing. \
            Several processes may share a vault.

            --listen serves a page that shows how everything stands, with metrics (/metrics) and health (/health/live, \
            /health/ready), to this machine alone unless --listen-password-file or --listen-open is given.

            --once runs every job now and ends with the worst verdict; --json then prints each run's summary on a line.

            EXIT STATUS
              0 stopped in order, or all was done (--once) · 65 damaged data · 69 API unavailable · 73 cannot write
              75 some windows were not taken · 77 credentials refused · 78 bad job, account or vault
              130 interrupted · 143 cut off by a second SIGTERM, or stopped (--once)
            """)

    @Option(
        help: ArgumentHelp("The job files: a folder, or one file.", valueName: "path"),
        completion: .file(extensions: ["yaml", "yml"]))
    var jobs = "jobs"

    @Flag(help: "Run each job now, once, whatever its schedule, and end.")
    var once = false

    @Option(
        name: .customLong("job"),
        help: ArgumentHelp("With --once: only this job. May be given several times.", valueName: "name"),
        completion: Completion.jobs)
    var names: [String] = []

    @OptionGroup var listening: ListenOptions
    @OptionGroup var rate: RateOptions
    @OptionGroup var vault: VaultOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let listen = try listening.configuration()
        if once, listen != nil { throw Problem.usage("--listen is not for --once", hint: "leave one of them out") }
        let rate = try rate.value()
        let set = try JobSet.read(jobs)
        do throws(JobFilesError) { try set.requireAccounts() } catch {
            throw Problem.told(error)
        }
        let chosen = try chosen(of: set)
        let vault = try vault.open(.create, output)
        defer { vault.close() }
        // The scheduler's output is its log, for years; one run has somebody who waits for it.
        let report = once && output.terminal.showsProgress ? BackfillReport(output: output) : nil
        let environment = RunEnvironment(
            vault: vault, jobs: set, version: OctovaultCommand.version, logger: output.logger(), rate: rate
        ) { report?.observe($0) }
        do {
            let status = once ? try await runOnce(chosen, environment) : try await serve(environment, listen)
            await environment.close()
            try finish(with: status)
        } catch {
            await environment.close()
            throw error
        }
    }

    private func serve(_ environment: RunEnvironment, _ configuration: ServerConfiguration?) async throws -> ExitStatus
    {
        guard let configuration else { return try await environment.serve(jobs) }
        let site = try StatusSite(
            cache: environment.overviews, board: environment.board, version: OctovaultCommand.version)
        let logger = output.logger()
        return try await environment.serve(jobs) { isListening in
            PageServer(configuration, site: site, logger: logger) { address in
                logger.notice("The page is served", metadata: ["url": "\(address)"])
                isListening()
            }
        }
    }

    private func chosen(of set: JobSet) throws -> [Job] {
        guard !names.isEmpty else { return set.jobs }
        guard once else { throw Problem.usage("--job is for --once", hint: "name one job's file with --jobs") }
        for name in names where !set.jobs.contains(where: { $0.name == name }) {
            throw Problem(
                .usage, code: "unknown-job", "--job: there is no job '\(name)' in \(jobs)",
                hint: "the jobs there are: \(set.jobs.map(\.name).joined(separator: ", "))")
        }
        return set.jobs.filter { names.contains($0.name) }
    }

    private func runOnce(_ jobs: [Job], _ environment: RunEnvironment) async throws -> ExitStatus {
        let outcome = try await SignalHandling.guarding { try await environment.runOnce(jobs) }
        output.terminal.endProgress()
        for run in outcome.result {
            if output.json {
                try output.terminal.printLine(.raw(run.outcome.summaryJSON))
            } else if !output.quiet {
                try output.terminal.printSentence(run.sentence)
            }
        }
        let verdict = outcome.result.map { ExitStatus(rawValue: $0.outcome.exitStatus) ?? .defect }.verdict
        return outcome.stoppedBy ?? verdict
    }
}

extension FinishedRun {
    fileprivate var sentence: String {
        let counts = [
            (outcome.sealed, "sealed"), (outcome.empty, "empty"), (outcome.retaken, "taken again"),
            (outcome.failed, "failed"),
        ].filter { $0.0 > 0 }.map { "\($0.0.grouped) \($0.1)" }
        let windows = counts.isEmpty ? "nothing was due" : counts.joined(separator: ", ")
        let work = "\(windows); \(outcome.rows.counted("row")), \(outcome.requests.counted("request"))"
        return "\(job.name): \(outcome.word.rawValue), \(outcome.firstError.map { $0.message } ?? work)"
    }
}
