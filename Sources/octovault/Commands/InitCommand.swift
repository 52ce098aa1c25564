import ArgumentParser
import Foundation
import Jobs
import Operations
import Spelling

struct InitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Set up an account and a first job: logs in, measures the server, writes the files.",
        discussion: """
            On a terminal it asks for what is not given: host, user, password, which tasks. The password is tried at \
            once; the server is measured as `octovault probe` does it; window and schedule are proposed from the rows \
            that the tasks stored within thirty days. Then jobs/accounts.yaml, a job and the password's file, which \
            only its owner can read, are written: all of them or, where anything is wrong, none.

            Run again it changes what it is asked to and keeps the rest; a file that changes is kept with .old behind \
            its name. Without a terminal, flags say everything:

              octovault init --username me --password-file secret --task "Shop prices" backup

            EXIT STATUS
              0 written · 64 something is missing or wrong · 69 API unavailable · 73 the folder cannot be written
              77 credentials refused · 78 the job files there are wrong
            """)

    @Argument(help: "The folder that gets jobs/ and vault/; made where there is none.", completion: .directory)
    var directory = "."

    @Option(help: ArgumentHelp("The API's address.", valueName: "url"))
    var baseURL: String?

    @Option(help: ArgumentHelp("The user name to log in with.", valueName: "name"))
    var username: String?

    @Option(
        help: ArgumentHelp(
            "A file that holds the password; - is standard input. Else OCTOPARSE_PASSWORD, or a question.",
            valueName: "file"), completion: .file())
    var passwordFile: String?

    @Option(
        help: ArgumentHelp("A task to back up, by id or by name; may be repeated. 'all' takes each.", valueName: "task")
    )
    var task: [String] = []

    @Option(
        help: ArgumentHelp("The account's name in accounts.yaml.", valueName: "name"), completion: Completion.accounts)
    var account = JobDefaults.account

    @Option(help: ArgumentHelp("The job's name.", valueName: "name"), completion: Completion.jobs)
    var job = "backup"

    @Option(
        help: ArgumentHelp("The zone of the server's storage time, such as Asia/Shanghai.", valueName: "zone"),
        completion: Completion.zones)
    var timeZone: String?

    @Option(help: ArgumentHelp("How storage time is cut, such as 1h or 1d.", valueName: "duration"))
    var window: String?

    @Option(help: ArgumentHelp("When the job runs, as a cron expression.", valueName: "cron"))
    var schedule: String?

    @Option(help: ArgumentHelp("The first day to back up; thirty days ago without it.", valueName: "day"))
    var start: String?

    @Option(help: ArgumentHelp("The most requests a second; 0 is no limit.", valueName: "rate"))
    var requestsPerSecond: Double?

    @Flag(help: "Allow plain http to another machine.")
    var allowHTTP = false

    @Flag(help: "Do not measure how the server counts intervals and what time it has, which takes about 30 requests.")
    var noProbe = false

    @OptionGroup var output: OutputOptions

    func run() async throws {
        let asks = Prompt.isPossible && !output.json
        let request = try request(asks)
        let ended = try await SignalHandling.guarding { [self] in
            let setup = try await Setup(request, logger: output.logger())
            output.say("logging in at \(setup.account.host) as \(setup.account.username)")
            let tasks = try await setup.tasks()
            guard !tasks.isEmpty else {
                throw Problem(
                    .tryAgain, code: "no-tasks", "the account has no task yet",
                    hint: "make one at Octoparse, then run `octovault init` again")
            }
            let words = try choose(from: tasks, former: setup.formerJob?.tasks.ids ?? [], asks)
            let chosen = try setup.chosen(words, from: tasks)
            let found = try await setup.measure(chosen) { output.terminal.show(progress: $0) }
            output.terminal.endProgress()
            return try setup.write(chosen, found)
        }
        try show(ended.result, request)
        if let status = ended.stoppedBy { try finish(with: status) }
    }

    private func request(_ asks: Bool) throws -> SetupRequest {
        let folder = directory.count > 1 && directory.hasSuffix("/") ? String(directory.dropLast()) : directory
        var request = SetupRequest(folder: folder, account: account, job: job, allowHTTP: allowHTTP)
        let environment = ProcessInfo.processInfo.environment
        request.baseURL = baseURL ?? environment["OCTOPARSE_BASE_URL"]
        request.username = username ?? environment["OCTOPARSE_USERNAME"]
        request.timeZone = timeZone
        request.window = window
        request.schedule = schedule
        request.start = start
        request.requestsPerSecond = requestsPerSecond
        request.probes = !noProbe
        request.password = try password()
        let isKnown = FileManager.default.fileExists(atPath: "\(request.jobsFolder)/accounts.yaml")
        guard asks, !isKnown else { return request }
        let prompt = Prompt()
        request.baseURL = try request.baseURL ?? prompt.ask("API address", proposal: "https://dataapi.octoparse.com")
        request.username = try request.username ?? prompt.ask("User name")
        request.password = try request.password ?? prompt.askSecret("Password")
        return request
    }

    private func password() throws -> String? {
        if let passwordFile {
            let text = passwordFile == "-" ? readLine() : try? String(contentsOfFile: passwordFile, encoding: .utf8)
            guard let line = text?.split(whereSeparator: \.isNewline).first, line.utf8.count <= 4096 else {
                throw Problem.usage(
                    "--password-file: \(passwordFile) holds no password", hint: "write it there as one line")
            }
            return String(line)
        }
        let variable = ProcessInfo.processInfo.environment["OCTOPARSE_PASSWORD"]
        return variable.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Ids of tasks.
    private func choose(from tasks: [ListedTask], former: [String], _ asks: Bool) throws -> [String] {
        if task.contains("all") { return tasks.map(\.id) }
        if !task.isEmpty { return task }
        if !former.isEmpty { return former }
        guard asks else {
            if tasks.count == 1 { return [tasks[0].id] }
            let names = tasks.prefix(5).map { $0.name.isEmpty ? $0.id : $0.name }.joined(separator: ", ")
            throw Problem.usage(
                "no task was chosen",
                hint: "give --task NAME for each, or --task all; the account has \(names)"
                    + (tasks.count > 5 ? " and \(tasks.count - 5) more" : ""))
        }
        output.terminal.say("The account's tasks:")
        for (index, task) in tasks.enumerated() {
            output.terminal.say("  \(index + 1)  \(task.name.isEmpty ? task.id : "\(task.name)  (\(task.id))")")
        }
        return try Prompt().choose("Which to back up", of: tasks.count).map { tasks[$0 - 1].id }
    }

    private func show(_ outcome: Setup.Outcome, _ request: SetupRequest) throws {
        guard !output.json else {
            return try output.terminal.printLine(
                .object([
                    "accounts_file": .text(outcome.accountsFile), "job_file": .text(outcome.jobFile),
                    "secret_file": .text(outcome.secretFile), "window": .text(outcome.window),
                    "schedule": .text(outcome.schedule), "start": .text(outcome.start),
                    "time_zone": .text(outcome.timeZone), "requests": .integer(outcome.requests),
                ]))
        }
        let folder = request.folder == "." ? "" : "cd \(request.folder.shellWord) && "
        var lines = [
            "wrote \(outcome.accountsFile), \(outcome.jobFile) and \(outcome.secretFile)",
            "  windows of \(outcome.window) from \(outcome.start) on, on the schedule '\(outcome.schedule)'",
        ]
        if outcome.timeZone == nil {
            lines.append(
                "  the server's time zone is not known: give --time-zone once you know it, so that windows close in time"
            )
        }
        lines += [
            "the first backup, at least \(outcome.requests) requests:",
            "  \(folder)octovault run --once",
            "then leave it running, or make it a service (systemctl --user enable --now octovault, for ~/octovault):",
            "  \(folder)octovault run",
            "rows as CSV, whenever you like:",
            "  \(folder)octovault restore \(outcome.task.shellWord) -o rows.csv",
        ]
        for line in lines { try output.terminal.printLine(line) }
    }
}
