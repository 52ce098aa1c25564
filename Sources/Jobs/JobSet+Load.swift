import Foundation
import Records
package import Secrets
import Spelling

extension JobSet {
    /// Reads job files and checks them, alone and together.
    ///
    /// In a folder every `*.yaml` and `*.yml` but `accounts.yaml` is a job; hidden files and folders are passed over.
    /// The accounts are those of `accounts.yaml`; without that file there is one, `default`, from the environment, and
    /// its credentials are asked for only when ``account(of:)`` is called. A path to one job file reads that one, with
    /// the accounts beside it; a path to an account file reads the accounts alone.
    ///
    /// - Parameter secrets: gets the secrets that the files name, and the names of the variables that hold one.
    /// - Throws: every problem of every file.
    package static func load(
        path: String, environment: [String: String], secrets: SecretRegistry = .process
    ) throws(JobFilesError) -> JobSet {
        var loader = JobSetLoader(environment: environment)
        let set = loader.load(path)
        set?.addSecrets(to: secrets, environment: environment)
        guard let set, loader.problems.isEmpty else { throw JobFilesError(problems: loader.problems) }
        return set
    }
}

/// Finds, reads and cross-checks the files of a set.
struct JobSetLoader {

    private let environment: [String: String]
    private(set) var problems: [JobProblem] = []

    init(environment: [String: String]) {
        self.environment = environment
    }

    mutating func load(_ path: String) -> JobSet? {
        guard let folder = JobFolder.find(path, problems: &problems) else { return nil }
        let (accounts, names, missing) = readAccounts(folder)
        let dialects = Dictionary(accounts.map { ($0.name, $0.dialect) }) { first, _ in first }
        let jobs = folder.jobFiles.compactMap { readJob($0, dialects) }
        if let names { checkAccounts(of: jobs, among: names, file: folder.accountFiles.first ?? "") }
        let hosts = hosts(of: accounts)
        problems += ConflictFinder.problems(in: jobs) { hosts[$0] ?? $0 }
        return JobSet(jobs: jobs.map(\.job).sorted { $0.name < $1.name }, accounts: accounts, missing: missing)
    }

    private mutating func readJob(_ file: String, _ dialects: [String: APIDialect]) -> PlacedJob? {
        let log = ProblemLog(file: file)
        defer { problems += log.problems }
        guard let text = FileText.read(file, log: log) else { return nil }
        return JobFileReader.read(name: JobFolder.jobName(of: file), text: text, log: log) {
            dialects[$0] ?? .dataExport
        }
    }

    /// The accounts, the names that jobs may use (nil: any, since the file is no YAML), and why there is none.
    private mutating func readAccounts(_ folder: JobFolder) -> ([Account], names: [String]?, missing: JobFilesError?) {
        guard let file = folder.accountFiles.first else { return environmentAccount() }
        let log = ProblemLog(file: file)
        for other in folder.accountFiles.dropFirst() {
            log.report(.conflict, at: nil, "there is another account file, \(other)", expected: "one")
        }
        defer { problems += log.problems }
        guard let text = FileText.read(file, log: log) else { return ([], nil, nil) }
        let read = AccountsFileReader.read(
            text, folder: JobFolder.folder(of: file), home: environment["HOME"], log: log)
        return (read.accounts, read.names.isEmpty ? nil : read.names, nil)
    }

    private mutating func environmentAccount() -> ([Account], names: [String]?, missing: JobFilesError?) {
        var reader = EnvironmentReader(environment)
        let account = reader.account()
        // A variable that is wrong is a mistake now; one that is missing may never be needed.
        problems += reader.problems.filter { $0.code != .missingKey }
        let missing = reader.problems.filter { $0.code == .missingKey }
        return (
            account.map { [$0] } ?? [], [JobDefaults.account], missing.isEmpty ? nil : JobFilesError(problems: missing)
        )
    }

    private mutating func checkAccounts(of jobs: [PlacedJob], among names: [String], file: String) {
        for placed in jobs where !names.contains(placed.job.account) {
            let known =
                file.isEmpty ? "\(JobDefaults.account), since there is no accounts.yaml" : "an account of \(file)"
            problems.append(
                JobProblem(
                    code: .badValue, file: placed.job.file, position: placed.account, key: JobKey.account.rawValue,
                    message: "there is no account \(QuotedText.value(placed.job.account))", expected: known,
                    hint: NearestName.of(placed.job.account, among: names).map { "did you mean '\($0)'?" }))
        }
    }

    private func hosts(of accounts: [Account]) -> [String: String] {
        Dictionary(accounts.map { ($0.name, $0.host) }) { first, _ in first }
    }
}
