import Archive
import Catalog
package import Foundation
import Jobs
package import Logging
import StorageTime
import Vault

/// What a check-up is made of: the vault, the job files and the accounts, each as far as it is to be had.
package struct Installation: Sendable {
    let path: String
    let vault: Result<SnapshotVault, any Error>
    let jobsPath: String
    /// Whether somebody named the job files' path.
    let namesJobs: Bool
    private(set) var jobs: JobSet?
    private(set) var jobProblems: [JobProblem] = []
    private(set) var accounts: [Account] = []
    /// Why there is no account; nil where there is one.
    private(set) var noAccount: Problem?
    let environment: [String: String]
    let now: Date

    init(
        vault path: String, catalog: String? = nil, jobs: String?, environment: [String: String], now: Date
    ) {
        self.path = path
        self.environment = environment
        self.now = now
        jobsPath = jobs ?? "jobs"
        namesJobs = jobs != nil
        vault = Result {
            try SnapshotVault.open(
                at: path, access: .existing, configuration: VaultConfiguration(catalogPath: catalog))
        }
        readJobs()
        readAccounts()
    }

    /// Closes the vault, if it could be opened.
    func close() {
        try? vault.get().close()
    }

    private mutating func readJobs() {
        guard namesJobs || FileManager.default.fileExists(atPath: jobsPath) else { return }
        do throws(JobFilesError) {
            jobs = try JobSet.load(path: jobsPath, environment: environment)
        } catch {
            // A folder of that name that nobody pointed to may hold anything.
            let isNone = !namesJobs && error.problems.allSatisfy { $0.code == .noJobs }
            if !isNone { jobProblems = error.problems }
        }
    }

    private mutating func readAccounts() {
        do {
            accounts = try jobs?.accounts ?? accountFile() ?? []
            if accounts.isEmpty { accounts = [try Account.fromEnvironment(environment)] }
        } catch {
            let reason = (error as? JobFilesError)?.problems.first.map { "\($0)" } ?? Problem(error).message
            noAccount = Problem(.badConfiguration, code: "no-account", "no account is set (\(reason))")
        }
    }

    /// The accounts of a folder whose jobs are wrong, or are not there.
    private func accountFile() throws -> [Account]? {
        try JobSet.accountFile(in: jobsPath).map { try JobSet.load(path: $0, environment: environment).accounts }
    }
}

extension Installation {
    /// Opens what there is, looks at everything, and closes it.
    ///
    /// - Parameters:
    ///   - path: the vault's folder.
    ///   - catalog: the index's file, where it lies elsewhere than in the vault.
    ///   - jobs: the job files' path; nil for `jobs`, if it is there.
    /// - Throws: `CancellationError`.
    package static func checkup(
        vault path: String, catalog: String? = nil, jobs: String?, environment: [String: String], now: Date,
        logger: Logger
    ) async throws -> Checkup {
        let installation = Installation(
            vault: path, catalog: catalog, jobs: jobs, environment: environment, now: now)
        defer { installation.close() }
        return try await installation.checkup(logger: logger)
    }

    /// Looks at everything.
    ///
    /// - Throws: `CancellationError`.
    func checkup(logger: Logger) async throws -> Checkup {
        var local: [any DoctorCheck] = []
        var facts: VaultFacts?
        if let vault = try? vault.get() {
            do {
                let known = try self.facts(of: vault)
                facts = known
                local = try vaultChecks(vault, known)
            } catch {
                local = [FailedCheck(name: "vault", error: error)]
            }
        }
        var answers: [AccountFacts] = []
        for account in accounts {
            let task = newestTask(of: account.host, facts?.entries ?? [])
            var inspection = AccountInspection(account: account, task: task, logger: logger)
            inspection.vault = try? vault.get()
            inspection.counted = countedTasks(of: account.host, facts?.entries ?? [])
            answers.append(try await inspection.facts())
        }
        var checkup = try await Checkup(accountChecks(answers) + jobChecks(answers, facts) + outsideChecks() + local)
        checkup.standing = facts?.verdict(hasOtherErrors: checkup.count(.error) > 0)
        return checkup
    }

    private func accountChecks(_ facts: [AccountFacts]) -> [any DoctorCheck] {
        let answered = facts.filter { $0.problem == nil }
        return [
            CredentialsCheck(accounts: facts, missing: noAccount), ClockCheck(accounts: answered),
            TimeZoneCheck(accounts: answered), AnalyticsCheck(accounts: answered),
        ]
    }

    private func jobChecks(_ accounts: [AccountFacts], _ facts: VaultFacts?) -> [any DoctorCheck] {
        let files = JobFilesCheck(path: jobsPath, jobs: jobs, problems: jobProblems)
        guard let jobs, let facts, let vault = try? vault.get() else { return [files] }
        do {
            let members = try jobs.jobs.map { ($0, try vault.catalog.members(of: $0.name)) }
            let wanted = members.flatMap { job, members in
                job.tasks.ids + members.filter { $0.goneAt == nil }.map(\.task)
            }
            let vanished = members.flatMap { job, members in
                members.compactMap { member in
                    member.goneAt.map {
                        TasksCheck.Vanished(job: job.name, task: member.task, name: member.name, since: $0)
                    }
                }
            }
            let tasks = TasksCheck(
                jobs: jobs, entries: facts.entries, wanted: Set(wanted.map { $0.lowercased() }).sorted(),
                vanished: vanished, accounts: accounts)
            let ofJobs: [(any DoctorCheck)?] = [facts.runs, facts.freshness]
            return [files, tasks] + ofJobs.compactMap(\.self) + [facts.notices]
        } catch {
            return [files, FailedCheck(name: "tasks", error: error)]
        }
    }

    private func outsideChecks() -> [any DoctorCheck] {
        let root = (try? vault.get())?.root
        return [
            VaultCheck(path: path, opened: vault, exists: FileManager.default.fileExists(atPath: path)),
            PermissionsCheck(vault: root, places: places(root)),
        ]
    }

    private func vaultChecks(_ vault: SnapshotVault, _ facts: VaultFacts) throws -> [any DoctorCheck] {
        let servers = ServersCheck(learned: try vault.catalog.allLearned(), now: now)
        return [
            try DiskCheck(
                at: vault.root, growth: try vault.catalog.growth(since: now.addingTimeInterval(-30 * 86_400), now: now)),
            CatalogCheck(vault: vault), facts.coverage, facts.expiry, servers,
            LocksCheck(held: try vault.heldLocks()), LostAndFoundCheck(content: try vault.lostAndFound()),
            OtherProgramsCheck(left: try vault.leftByOthers()), facts.damage,
            try copiesCheck(vault), SharedLocksCheck(folder: vault.lockFolder, environment: environment),
        ]
    }
}

/// A side that could not be looked at.
struct FailedCheck: DoctorCheck {
    let name: String
    let error: any Error

    func findings() throws -> [Finding] { throw error }
}
