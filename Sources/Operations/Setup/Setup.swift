import Archive
import Cron
import Foundation
package import Jobs
package import Logging
import OctoparseAPI
import Records
import Secrets
import Snapshots
import StorageTime

/// Sets a vault up: tries the credentials, measures the server, proposes a job and writes the files.
///
/// Nothing is written before ``write(_:_:_:)``, which writes all of it or nothing.
package struct Setup: Sendable {
    package let request: SetupRequest
    package let account: Account
    private let password: String
    private let logger: Logger
    /// The job of that name that is there already.
    package let formerJob: Job?

    /// Joins what is asked for with what is there already.
    ///
    /// - Throws: ``Problem`` where something needed is missing, `JobFilesError` where something is wrong.
    package init(_ request: SetupRequest, logger: Logger) async throws {
        self.request = request
        self.logger = logger
        let environment = ProcessInfo.processInfo.environment
        let existing = try Self.existing(request, environment)
        formerJob = try? JobSet.load(path: request.jobsFolder, environment: environment).jobs.first {
            $0.name == request.job
        }
        let known = existing?.accounts.first { $0.name == request.account }
        guard let username = request.username ?? known?.username else {
            throw Problem.usage("no user name was given", hint: "give --username NAME, or answer on a terminal")
        }
        if let given = request.password {
            password = given
        } else if let known, known.username == username {
            password = try await known.password(environment: environment)
        } else {
            throw Problem.usage(
                "no password was given",
                hint: "give --password-file FILE, set OCTOPARSE_PASSWORD, or answer on a terminal")
        }
        SecretRegistry.process.add(password)
        var variables = ["OCTOPARSE_USERNAME": username, "OCTOPARSE_PASSWORD": password]
        variables["OCTOPARSE_BASE_URL"] = request.baseURL ?? known?.baseURL.text
        variables["OCTOPARSE_TIME_ZONE"] = request.timeZone ?? known?.timeZone?.name
        variables["OCTOPARSE_INTERVAL"] = known?.interval?.rawValue
        variables["OCTOPARSE_ALLOW_HTTP"] = request.allowHTTP || known?.allowHTTP == true ? "true" : nil
        variables["OCTOPARSE_REQUESTS_PER_SECOND"] = (request.requestsPerSecond ?? known?.requestsPerSecond).map {
            "\($0)"
        }
        account = try Account.fromEnvironment(variables)
    }

    private static func existing(_ request: SetupRequest, _ environment: [String: String]) throws -> JobSet? {
        guard FileManager.default.fileExists(atPath: request.jobsFolder) else { return nil }
        let path = JobSet.accountFile(in: request.jobsFolder)
        let isEmpty = (try? FileManager.default.contentsOfDirectory(atPath: request.jobsFolder).isEmpty) ?? true
        if isEmpty { return nil }
        return try JobSet.load(path: path ?? request.jobsFolder, environment: environment)
    }

    /// Logs in, and lists the account's tasks.
    package func tasks() async throws -> [ListedTask] {
        try await connected { client in
            try await TaskListing(client, group: nil).entries.map {
                ListedTask(id: $0.task.id, name: $0.task.name, group: $0.group.id)
            }
        }
    }

    /// The tasks that words stand for, as in every command: ids, names, or the beginning of an id.
    ///
    /// - Throws: ``Problem`` for a word that stands for no task of the account, or for several.
    package func chosen(_ words: [String], from tasks: [ListedTask]) throws -> [ListedTask] {
        let listed = Dictionary(tasks.compactMap { task in (try? TaskID(task.id)).map { ($0, task) } }) { first, _ in
            first
        }
        let directory = TaskDirectory(
            listed.map { TaskDirectory.Entry(task: $0.key, name: $0.value.name) }, place: "this account")
        return try TaskID.distinct(words) { word in
            guard let task = try directory.find(word) else { throw directory.unknown(word) }
            return task
        }.compactMap { listed[$0] }
    }

    /// What the server told of itself and of the tasks chosen.
    package struct Measurement: Sendable, Hashable {
        /// The interval convention, as the account's file has it; nil where none is wanted.
        package var interval: String?
        package var timeZone: String?
        /// Of the busiest task, over the last thirty days.
        package var rowsPerDay = 0.0
        /// Of all tasks, since the job's start.
        package var rows = 0
        package var requests = 0
    }

    /// Asks the server how it counts and what time it has there, on the task with the newest rows, and how many rows
    /// each task stored of late: about thirty requests, and one a task.
    ///
    /// - Parameter progress: called with a sentence before each step.
    package func measure(_ tasks: [ListedTask], progress: @escaping @Sendable (String) -> Void) async throws
        -> Measurement
    {
        try await connected { client in
            var found = Measurement()
            let now = account.storageClock.storageTime(at: Date())
            var busiest: (task: String, rows: Int)?
            for task in tasks {
                progress("counting the rows of \(task.name.isEmpty ? task.id : task.name)")
                let page = try await client.page(
                    .storageTime(
                        task: task.id, from: now.advanced(by: -Self.lookBack), to: now.advanced(by: 86_400)),
                    index: 1, size: 1)
                found.requests += page.attempts
                found.rows += page.total
                if page.total > busiest?.rows ?? -1 { busiest = (task.id, page.total) }
            }
            found.rowsPerDay = Double(busiest?.rows ?? 0) * 86_400 / Double(Self.lookBack)
            guard request.probes, let busiest, busiest.rows > 0 else { return found }
            progress("measuring how the server counts intervals and what time it has")
            let observations = try await Probe(pages: client).run(.init(task: busiest.task))
            let findings = ProbeFindings(observations)
            found.requests += observations.requests
            found.interval = findings.intervalLine.map { String($0.dropFirst("interval: ".count)) }
            found.timeZone = findings.timeZoneLine.map { String($0.dropFirst("time_zone: ".count)) }
            return found
        }
    }

    /// Thirty days, in seconds.
    private static let lookBack = 30 * 86_400

    /// The password is tried anew: a token of an earlier login tells nothing about it.
    private func connected<Result>(_ work: (OctoparseClient) async throws -> Result) async throws -> Result {
        try ProcessLimits.network.require()
        var environment = ProcessInfo.processInfo.environment
        environment["OCTOPARSE_PASSWORD"] = password
        var configuration = account.apiConfiguration(inFlight: 1, environment: environment)
        configuration.cachesTokens = false
        return try await OctoparseClient.with(configuration: configuration, logger: logger, work)
    }
}

extension Setup {
    /// What was written, and what to do next.
    package struct Outcome: Sendable, Hashable {
        package let accountsFile: String
        package let jobFile: String
        package let secretFile: String
        package let window: String
        package let schedule: String
        package let start: String
        /// The zone that the account has now; nil where none is known.
        package let timeZone: String?
        /// The first of the tasks chosen.
        package let task: String
        /// The least requests that the first backup takes.
        package let requests: Int
    }

    /// Writes the password, the account and the job, once the program can read them as it is to.
    ///
    /// - Throws: ``Problem`` where a file cannot be written; `JobFilesError` where what was asked for makes no valid
    ///   job: nothing is written then.
    package func write(_ tasks: [ListedTask], _ found: Measurement) throws -> Outcome {
        let former = formerJob
        let proposal = SetupProposal(rowsPerDay: found.rowsPerDay)
        let window = request.window ?? former?.window.description ?? proposal.window.description
        let schedule = request.schedule ?? former?.schedule.text ?? proposal.schedule
        let monthAgo = account.storageClock.storageTime(at: Date()).advanced(by: -Self.lookBack)
        let start = request.start ?? former?.start?.description ?? monthAgo.dateText
        let isProposed = request.window == nil && former == nil
        let rows = Int(found.rowsPerDay.rounded())
        let zone = request.timeZone ?? account.timeZone?.name ?? found.timeZone
        let job = SetupFiles.job(
            account: request.account, tasks: tasks.map { ($0.id, $0.name) }, schedule: schedule, window: window,
            start: start,
            why: isProposed && rows > 0 ? "The busiest task stores about \(rows) rows a day." : nil)
        let files = SetupFiles(accounts: try accountsText(zone: zone, found), job: job)
        let folder = SetupFolder(request)
        try folder.write(files, password: password)
        let seconds = (try? Seconds(parsing: window))?.count ?? 86_400
        return Outcome(
            accountsFile: folder.accountsFile, jobFile: folder.jobFile, secretFile: folder.secretFile, window: window,
            schedule: schedule, start: start, timeZone: zone, task: tasks.first?.id ?? "",
            requests: tasks.count * (Self.lookBack / max(1, seconds)) + found.rows / 1000)
    }

    private func accountsText(zone: String?, _ found: Measurement) throws -> String {
        let folder = SetupFolder(request)
        var entries: [EffectiveValue.Entry] = [
            .init("base_url", .text(account.baseURL.text)), .init("username", .text(account.username)),
            .init("password_file", .text(folder.secretName)),
        ]
        if let zone { entries.append(.init("time_zone", .text(zone))) }
        if let interval = found.interval ?? account.interval?.rawValue {
            entries.append(.init("interval", .text(interval)))
        }
        if account.requestsPerSecond != JobDefaults.requestsPerSecond {
            entries.append(.init("requests_per_second", .number(account.requestsPerSecond)))
        }
        if account.allowHTTP { entries.append(.init("allow_http", .flag(true))) }
        if let caFile = account.caFile { entries.append(.init("ca_file", .text(caFile))) }
        return SetupFiles.accounts(try folder.existingAccounts(), request.account, entries)
    }
}
