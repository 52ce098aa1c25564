import ArgumentParser
import Foundation
import Jobs
import Operations
import Spelling
import StorageTime

struct InitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Set up an account and a first job: logs in, measures the server, writes the files.",
        discussion: """
            On a terminal it asks for what is not given: host, user and password or an API key, which tasks, and the \
            first day where there are older rows. The password is tried at once; the server is measured as `octovault \
            probe` does it; window and schedule are proposed from the rows that the tasks stored within thirty days. \
            Then jobs/accounts.yaml, a job and the file of the password or key, which only its owner can read, are \
            written: all of them or, where anything is wrong, none.

            Run again it changes what it is asked to and keeps the rest; a file that changes is kept with .old behind \
            its name. Without a terminal, flags say everything:

              octovault init --username me --password-file secret --task "Shop prices" backup
              octovault init --api-key-file key --task all backup

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
        help: ArgumentHelp(
            "A file that holds the API key, in place of a user and a password; - is standard input. Else "
                + "OCTOPARSE_API_KEY.", valueName: "file"), completion: .file())
    var apiKeyFile: String?

    @Option(
        help: ArgumentHelp("Which API the host speaks, where its name does not tell.", valueName: "api"),
        completion: .list(["data-export", "openapi"]))
    var api: String?

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
            let (setup, tasks) = try await logIn(request, asks)
            guard !tasks.isEmpty else {
                throw Problem(
                    .tryAgain, code: "no-tasks", "the account has no task yet",
                    hint: "make one at Octoparse, then run `octovault init` again")
            }
            let words = try choose(from: tasks, former: setup.formerJob?.tasks.ids ?? [], asks)
            let chosen = try setup.chosen(words, from: tasks)
            let found = try await setup.measure(chosen) { output.terminal.show(progress: $0) }
            output.terminal.endProgress()
            return (try setup.write(chosen, found, start: try firstDay(found, asks)), found)
        }
        try show(ended.result.0, ended.result.1, request)
        if let status = ended.stoppedBy { try finish(with: status) }
    }

    private func request(_ asks: Bool) throws -> SetupRequest {
        let folder = directory.count > 1 && directory.hasSuffix("/") ? String(directory.dropLast()) : directory
        var request = SetupRequest(folder: folder, account: account, job: job, allowHTTP: allowHTTP)
        let environment = ProcessInfo.processInfo.environment
        request.baseURL = baseURL ?? environment["OCTOPARSE_BASE_URL"]
        request.username = username ?? environment["OCTOPARSE_USERNAME"]
        request.api = api ?? environment["OCTOPARSE_API"]
        request.timeZone = timeZone
        request.window = window
        request.schedule = schedule
        request.start = start
        request.requestsPerSecond = requestsPerSecond
        request.probes = !noProbe
        request.apiKey = try secret("--api-key-file", apiKeyFile, "OCTOPARSE_API_KEY")
        request.password =
            request.apiKey == nil ? try secret("--password-file", passwordFile, "OCTOPARSE_PASSWORD") : nil
        let isKnown = FileManager.default.fileExists(atPath: "\(request.jobsFolder)/accounts.yaml")
        guard asks, !isKnown else { return request }
        try answer(&request)
        return request
    }
}
