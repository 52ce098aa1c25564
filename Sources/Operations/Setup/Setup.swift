import Archive
import Foundation
package import Jobs
package import Logging
import OctoparseAPI
import Records
import Secrets
import StorageTime

/// Sets a vault up: tries the credentials, measures the server, proposes a job and writes the files.
///
/// Nothing is written before ``write(_:_:)``, which writes all of it or nothing.
package struct Setup: Sendable {
    package let request: SetupRequest
    package let account: Account
    /// The password, or the key.
    let secret: String
    private let logger: Logger
    /// The job of that name that is there already.
    package let formerJob: Job?

    /// Joins what is asked for with what is there already.
    ///
    /// - Throws: ``Problem`` where something needed is missing, `JobFilesError` where something is wrong.
    package init(_ request: SetupRequest, logger: Logger) async throws {
        self.logger = logger
        let environment = ProcessInfo.processInfo.environment
        let existing = try Self.existing(request, environment)
        formerJob = try? JobSet.load(path: request.jobsFolder, environment: environment).jobs.first {
            $0.name == request.job
        }
        let known = existing?.accounts.first { $0.name == request.account }
        let keepsKey = known?.usesKey == true && request.username == nil && request.password == nil
        var variables: [String: String] = [:]
        if request.apiKey != nil || keepsKey {
            var key = request.apiKey
            if key == nil { key = try await known?.password(environment: environment) }
            secret = key ?? ""
            variables["OCTOPARSE_API_KEY"] = secret
        } else {
            let username = try Self.username(request, known)
            secret = try await Self.password(request, of: username, known, environment)
            variables = ["OCTOPARSE_USERNAME": username, "OCTOPARSE_PASSWORD": secret]
        }
        SecretRegistry.process.add(secret)
        variables["OCTOPARSE_BASE_URL"] = request.baseURL ?? known?.baseURL.text
        variables["OCTOPARSE_API"] = request.api ?? (request.baseURL == nil ? known?.dialect.rawValue : nil)
        variables["OCTOPARSE_TIME_ZONE"] = request.timeZone ?? known?.timeZone?.name
        variables["OCTOPARSE_INTERVAL"] = known?.interval?.rawValue
        variables["OCTOPARSE_CA_FILE"] = known?.caFile ?? environment["OCTOPARSE_CA_FILE"]
        variables["OCTOPARSE_ALLOW_HTTP"] = request.allowHTTP || known?.allowHTTP == true ? "true" : nil
        variables["OCTOPARSE_REQUESTS_PER_SECOND"] = (request.requestsPerSecond ?? known?.requestsPerSecond).map {
            "\($0)"
        }
        account = try Account.fromEnvironment(variables)
        var request = request
        if account.usesKey { request.apiKey = secret }
        self.request = request
        drainMode = known?.unexported
    }

    /// How the account that was there already drains its unexported rows.
    let drainMode: DrainMode?

    private static func username(_ request: SetupRequest, _ known: Account?) throws -> String {
        if let name = request.username ?? known?.username, !name.isEmpty { return name }
        throw Problem.usage(
            "no user name was given",
            hint: "give --username NAME, or --api-key-file FILE of an account that has a key, or answer on a terminal")
    }

    private static func password(
        _ request: SetupRequest, of username: String, _ known: Account?, _ environment: [String: String]
    ) async throws -> String {
        if let given = request.password { return given }
        if let known, known.username == username { return try await known.password(environment: environment) }
        throw Problem.usage(
            "no password was given", hint: "give --password-file FILE, set OCTOPARSE_PASSWORD, or answer on a terminal")
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

    /// The password or the key is tried anew: a token of an earlier login tells nothing about it.
    func connected<Result>(_ work: (OctoparseClient) async throws -> Result) async throws -> Result {
        try ProcessLimits.network.require()
        var environment = ProcessInfo.processInfo.environment
        environment[account.usesKey ? "OCTOPARSE_API_KEY" : "OCTOPARSE_PASSWORD"] = secret
        var configuration = account.apiConfiguration(inFlight: 1, environment: environment)
        configuration.cachesTokens = false
        return try await OctoparseClient.with(configuration: configuration, logger: logger, work)
    }
}
