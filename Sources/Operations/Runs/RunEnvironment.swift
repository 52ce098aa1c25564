import Catalog
import Foundation
package import Jobs
package import Logging
import OctoparseAPI
import Records
import Scheduler
import Secrets
package import Snapshots
import StorageTime
import UnixSignals
package import Vault

/// What all runs of a process share: the vault, the job files, a client an account, and the way to those who are
/// notified.
package struct RunEnvironment: Sendable {
    let vault: SnapshotVault
    let logger: Logger
    let environment: [String: String]
    private let jobs: JobSet
    /// Requests a second to each account; nil where the accounts say.
    private let rate: Double?
    private let registry: JobRegistry
    private let clients: AccountClients
    private let poster: WebhookPoster
    private let version: String
    /// The clock of tasks that no job takes.
    private let clock: StorageClock
    /// The runs that are under way.
    package let board = RunBoard()
    /// What the page and the metrics show.
    package let overviews: OverviewCache

    private let observer: @Sendable (SnapshotEvent) -> Void

    /// Opens no connection.
    ///
    /// - Parameters:
    ///   - version: the program's, for metrics.
    ///   - rate: requests a second to each account, 0 for no limit; nil where the accounts say.
    ///   - observer: is told what happens to windows.
    package init(
        vault: SnapshotVault, jobs: JobSet, version: String, logger: Logger, rate: Double? = nil,
        environment: [String: String] = ProcessInfo.processInfo.environment,
        observer: @escaping @Sendable (SnapshotEvent) -> Void = { _ in }
    ) {
        self.observer = observer
        self.vault = vault
        self.logger = logger
        self.environment = environment
        let jobs = jobs.limited(to: rate)
        self.jobs = jobs
        self.rate = rate
        let registry = JobRegistry(jobs)
        self.registry = registry
        self.version = version
        let zone = environment["OCTOPARSE_TIME_ZONE"]
        let clock = (try? StorageClock(zoneNamed: zone)) ?? StorageClock(timeZone: nil)
        self.clock = clock
        overviews = OverviewCache(OverviewReader(vault: vault, clock: clock) { registry.current })
        clients = AccountClients(jobs.accounts, logger: logger)
        poster = WebhookPoster(environment: environment, secrets: .process, logger: logger)
    }

    func scheduler(_ manager: ServiceManager = .none) throws -> SchedulerService {
        SchedulerService(
            jobs: jobs, lastScheduled: try lastHandled(),
            runner: VaultJobRunner(
                vault: vault, registry: registry, clients: clients,
                log: WindowLog(logger: logger, observer: observer), board: board,
                writeMetrics: { [vault, registry, board, version, clock] path in
                    // A reader of its own, so that nobody who looks at a page is waited for.
                    let reader = OverviewReader(vault: vault, clock: clock) { registry.current }
                    let text = VaultMetrics.text(
                        try reader.overview(), version: version, traffic: board.traffic)
                    try WholeFile.write(text, to: path)
                }),
            notifier: notifier, hookEnvironment: environment, manager: manager,
            memory: CatalogNoticeMemory(vault: vault), logger: logger)
    }

    private var notifier: WebhookNotifier {
        WebhookNotifier(poster: poster, apprise: Apprise(environment: environment, secrets: .process))
    }

    /// Reads the job files again. Where something is wrong with them it is thrown, and nothing changes.
    func reload(_ path: String) async throws -> ReloadService<UnixSignalsSequence>.Loaded {
        let set = try JobSet.load(path: path, environment: environment).limited(to: rate)
        try set.requireAccounts()
        registry.replace(with: set)
        await clients.keep(set.accounts)
        return .init(jobs: set, lastScheduled: try lastHandled())
    }

    /// The last firing of each job that came to its end: what an interruption or a crash left is due at the start.
    private func lastHandled() throws -> [String: Date] {
        let histories = try vault.catalog.jobHistories()
        return Dictionary(
            uniqueKeysWithValues: histories.compactMap { history in
                history.lastHandled.map { (history.job, $0) }
            })
    }

    /// Closes all connections.
    package func close() async {
        await clients.shutdown()
        await poster.shutdown()
    }
}
