import Archive
package import Catalog
import Cron
package import Foundation
package import Jobs
import Records
package import StorageTime
import Synchronization
package import Vault

/// Reads overviews of a vault from its catalog alone, through a connection of its own: no archive, no manifest, no
/// lock, and nothing that a run waits for.
package final class OverviewReader: Sendable {
    private struct Connection {
        var catalog: SnapshotCatalog
        var file: FileIdentity?
        /// Since when it is open, where it does not see what others write; nil where it does.
        var isBlindSince: Date?
        /// What was read of it.
        let memory = StatusMemory()
    }

    let vault: SnapshotVault
    private let jobs: @Sendable () -> JobSet?
    /// The clock of tasks that no job takes.
    private let clock: StorageClock
    private let now: @Sendable () -> Date
    private let connection = Mutex<Connection?>(nil)
    private let growth = Mutex<(growth: VaultGrowth?, at: Date)?>(nil)

    /// How many days a strip shows.
    package static let days = 90
    /// How many runs the front page lists.
    package static let runs = 12

    /// - Parameter jobs: the job files as they are at the moment; nil where there are none.
    package init(
        vault: SnapshotVault, clock: StorageClock, now: @escaping @Sendable () -> Date = { Date() },
        jobs: @escaping @Sendable () -> JobSet?
    ) {
        self.vault = vault
        self.jobs = jobs
        self.clock = clock
        self.now = now
    }

    /// Reads with the connection; opens one where there is none yet, or where the catalog is another file by now.
    package func withCatalog<Result: Sendable>(_ body: (SnapshotCatalog) throws -> Result) throws -> Result {
        try withMemory { catalog, _ in try body(catalog) }
    }

    private func withMemory<Result: Sendable>(
        _ body: (SnapshotCatalog, StatusMemory) throws -> Result
    ) throws -> Result {
        try connection.withLock { connection in
            let path = vault.catalogPath
            let file = FileIdentity(path: path)
            if connection == nil || connection?.file != file
                || connection?.isBlindSince.map({ abs(now().timeIntervalSince($0)) >= 5 }) ?? false
            {
                connection = nil
                connection = try open(path, file)
            }
            guard let current = connection else {
                throw Problem(.dataDamaged, code: "no-catalog", "the vault has no catalog")
            }
            do {
                return try body(current.catalog, current.memory)
            } catch {
                connection = nil
                throw error
            }
        }
    }

    private func open(_ path: String, _ file: FileIdentity?) throws -> Connection {
        guard !vault.isReadOnly, file != nil else {
            // One that nobody here may write is read as it is now: what others wrote since would not be seen.
            let catalog = file == nil ? nil : try? SnapshotCatalog.openReadOnly(path: path)
            return Connection(catalog: catalog ?? vault.catalog, file: file, isBlindSince: now())
        }
        return Connection(catalog: try SnapshotCatalog.openReader(path: path), file: file)
    }

    /// Whether nobody wrote to the catalog since.
    package func stamp() -> SnapshotCatalog.Stamp? {
        try? withCatalog { try $0.stamp() }
    }

    /// - Complexity: one pass over the index of windows; later, over those of the series written to since.
    package func overview() throws -> VaultOverview {
        try withMemory { try overview($0, $1) }
    }

    /// What `history --json` prints, as one array, the newest last.
    package func runsJSON(limit: Int) throws -> OrderedJSON {
        try withCatalog { .array(try $0.runs(limit: limit).reversed().map(\.json)) }
    }

    private func overview(_ catalog: SnapshotCatalog, _ memory: StatusMemory) throws -> VaultOverview {
        let (now, set) = (now(), jobs())
        let taskJobs = try set.map { set in
            try TaskJobs(set) { job in try catalog.members(of: job.name).filter { $0.goneAt == nil }.map(\.task) }
        }
        let report = StatusReport(
            vault: vault, jobs: taskJobs, clock: clock, now: now, index: catalog, remembering: memory)
        let copies = try CopyStatuses(vault: vault, jobs: taskJobs, index: catalog)
        let facts = try VaultFacts(report, report.entries(of: nil, copies: copies))
        let found = facts.findings(disk: try? DiskCheck(at: vault.root, growth: recentGrowth(catalog, now)))
        let verdict = facts.verdict(hasOtherErrors: found.contains { $0.level == .error })
        var overview = VaultOverview(asOf: now, verdict: verdict)
        overview.vault = vault.root.split(separator: "/").last.map(String.init) ?? ""
        overview.concerns = [Finding.Level.error, .warning].flatMap { level in
            found.filter { $0.level == level }.map(Concern.init)
        }
        overview.tasks = try facts.entries.map { try task($0, catalog, now) }
        overview.jobs = try jobOverviews(catalog, set, facts, now)
        overview.runs = try catalog.runs(limit: Self.runs)
        overview.damagedSnapshots = facts.damagedSnapshots
        let freeBytes = try? FileManager.default.attributesOfFileSystem(forPath: vault.root)[.systemFreeSize]
        overview.freeBytes = (freeBytes as? NSNumber)?.intValue
        overview.copies = copies.all()
        return overview
    }

    private func task(
        _ entry: StatusReport.Entry, _ catalog: SnapshotCatalog, _ now: Date
    ) throws -> TaskOverview {
        let (status, outlook) = entry
        let isWindowed = status.source == .storageTime
        let clock = isWindowed ? outlook.clock : StorageClock(timeZone: .gmt)
        let first = clock.storageTime(at: now).startOfDay.advanced(by: -(Self.days - 1) * DayStates.day)
        var days = DayStates(of: status, from: first, count: Self.days, behind: outlook.behind)
        if !isWindowed {
            let since = now.addingTimeInterval(-Double(Self.days * DayStates.day))
            let captures = try catalog.captureDays(of: status.series, since: since)
            days = DayStates(captures: Set(captures.map { clock.storageTime(at: $0) }), from: first, count: Self.days)
        }
        return TaskOverview(status: status, outlook: outlook, days: days)
    }

    private func jobOverviews(
        _ catalog: SnapshotCatalog, _ set: JobSet?, _ facts: VaultFacts, _ now: Date
    ) throws -> [JobOverview] {
        let histories = facts.histories
        let (counters, notices) = (try catalog.counters(), Dictionary(grouping: facts.failedNotices, by: \.job))
        let jobs = Dictionary((set?.jobs ?? []).map { ($0.name, $0) }) { first, _ in first }
        let known = set.map { Set($0.jobs.map(\.name)) } ?? Set(histories.keys)
        return try known.sorted().map { name in
            var overview = JobOverview(name: name)
            overview.lastRun = histories[name]?.lastRun
            overview.lastSuccess = try catalog.lastSuccess(of: name)
            overview.lastEnded = try catalog.runs(of: name, limit: 5).first { $0.finishedAt != nil }
            overview.counters = counters[name] ?? JobCounters()
            overview.failedNotices = notices[name] ?? []
            if let job = jobs[name] {
                overview.schedule = job.schedule.text
                overview.zone = job.timeZone.name
                overview.nextRun = job.schedule.next(after: now)
                overview.timeout = job.timeout.count
            }
            return overview
        }
    }
}

extension OverviewReader {
    /// Looked at once an hour: it is a pass over all windows.
    private func recentGrowth(_ catalog: SnapshotCatalog, _ now: Date) throws -> VaultGrowth? {
        if let known = growth.withLock({ $0 }), abs(now.timeIntervalSince(known.at)) < 3600 { return known.growth }
        let found = try catalog.growth(since: now.addingTimeInterval(-30 * 86_400), now: now)
        growth.withLock { $0 = (found, now) }
        return found
    }
}

extension TaskStatus {
    /// What the catalog calls it.
    var series: Series { Series(task: task, source: source, host: host, name: name) }
}
