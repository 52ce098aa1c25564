import ArgumentParser
import Foundation
import Logging
import Operations

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "A check-up on one page: account, clock, jobs, disk, catalog, coverage, and what to do about each.",
        discussion: """
            Looks at every account (is a token got, do clocks agree, is the time zone set and do the newest rows fit it), at \
            the job files and their tasks (tasks that no job takes, tasks and groups that are gone, runs that failed or did \
            not come, tasks that are behind), at the vault (room on the disk and for how long, permissions, the catalog \
            against the manifests, gaps, gaps as old as the oldest rows that the cloud still gave, locks, lost+found, damaged \
            snapshots, how far copies are behind, whether the file system keeps locks between processes). Nothing is changed, no secret is shown, and an account is asked seven requests at most; without \
            one, everything else is looked at. A check that fails is a finding, and the others go on. It reads no archive: \
            that is verify.

            --json prints one document: errors, warnings, status, findings (check, level: ok, warning or error, message, \
            advice, status).

            EXIT STATUS, by the worst error; warnings do not count
              0 nothing to be put right · 64 usage · 65 gaps, damage, tasks behind
              69 API unavailable · 73 cannot write, or no room
              75 runs failed or did not come, groups are gone · 77 credentials refused
              78 bad job, account, time zone or vault · 130 interrupted · 143 stopped
            """)

    @Option(
        help: ArgumentHelp("The job files, a folder or one file; else 'jobs', if it is there.", valueName: "path"),
        completion: .file(extensions: ["yaml", "yml"]))
    var jobs: String?

    @OptionGroup var vault: VaultOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        var quiet = output
        // What requests do behind the scenes is no part of the page; `--log-level debug` still shows it.
        if quiet.logLevel == .info { quiet.logLevel = .error }
        let (path, catalog, jobs, logger) = (vault.folder, vault.catalogFile, jobs, quiet.logger())
        let ended = try await SignalHandling.guarding {
            try await Installation.checkup(
                vault: path, catalog: catalog, jobs: jobs, environment: ProcessInfo.processInfo.environment,
                now: Date(), logger: logger)
        }
        if output.json {
            try output.terminal.printLine(ended.result.json)
        } else {
            let lines = ended.result.lines(quiet: output.quiet, columns: output.terminal.width)
            for line in lines { try output.terminal.printLine(line.printable) }
        }
        try finish(with: ended.stoppedBy ?? ended.result.verdict)
    }
}
