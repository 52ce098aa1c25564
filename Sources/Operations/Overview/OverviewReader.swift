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
        try connection.withLock { connection in
            let path = vault.catalogPath
            let file = FileIdentity(path: path)
            if connection == nil || connection?.file != file
                || connection?.isBlindSince.map({ abs(now().timeIntervalSince($0)) >= 5 }) ?? false
            {
                connection = nil
                connection = try open(path, file)
            }
            guard let catalog = connection?.catalog else {
                throw Problem(.dataDamaged, code: "no-catalog", "the vault has no catalog")
            }
            do {
                return try body(catalog)
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

    /// - Complexity: one pass over the index of windows, and a few for tasks with gaps.
    package func overview() throws -> VaultOverview {
        try withCatalog { try overview($0) }
    }

    /// What `status --json` prints, as one array.
    package func statusJSON() throws -> OrderedJSON {
        try withCatalog { catalog in
            .array(try report(catalog, jobs(), now()).entries(of: nil).map { $0.status.json($0.outlook) })
        }
    }

    /// What `history --json` prints, as one array, the newest last.
    package func runsJSON(limit: Int) throws -> OrderedJSON {
        try withCatalog { .array(try $0.runs(limit: limit).reversed().map(\.json)) }
    }

    private func report(_ catalog: SnapshotCatalog, _ set: JobSet?, _ now: Date) throws -> StatusReport {
        StatusReport(vault: vault, jobs: try taskJobs(catalog, set), clock: clock, now: now, index: catalog)
    }

    private func taskJobs(_ catalog: SnapshotCatalog, _ set: JobSet?) throws -> TaskJobs? {
        try set.map { set in
            try TaskJobs(set) { job in try catalog.members(of: job.name).filter { $0.goneAt == nil }.map(\.task) }
        }
    }

    private func overview(_ catalog: SnapshotCatalog) throws -> VaultOverview {
        let (now, set) = (now(), jobs())
        let entries = try report(catalog, set, now).entries(of: nil)
        let damages = try catalog.damages()
        let jobs = try jobOverviews(catalog, set, now)
        let tasks = try entries.map { try task($0, set, catalog, now) }
        let freeBytes = try? FileManager.default.attributesOfFileSystem(forPath: vault.root)[.systemFreeSize]
        let concerns = try concerns(catalog, set, entries, damages, jobs, now)
        let facts = try facts(tasks, jobs, damages.count, concerns, catalog, now)
        var overview = VaultOverview(asOf: now, verdict: OverviewVerdict(facts))
        overview.vault = vault.root.split(separator: "/").last.map(String.init) ?? ""
        overview.concerns = concerns
        (overview.tasks, overview.jobs) = (tasks, jobs)
        overview.runs = try catalog.runs(limit: Self.runs)
        overview.damagedSnapshots = damages.count
        overview.freeBytes = (freeBytes as? NSNumber)?.intValue
        overview.copies = try CopyStatuses(vault: vault, jobs: taskJobs(catalog, set), index: catalog).all()
        return overview
    }

    private func task(
        _ entry: StatusReport.Entry, _ set: JobSet?, _ catalog: SnapshotCatalog, _ now: Date
    ) throws -> TaskOverview {
        let (status, outlook) = entry
        let behind = set.map { set in
            let takers = set.jobs.filter { outlook.jobs.contains($0.name) }.map { ($0, set.clock(of: $0)) }
            let check = FreshnessCheck(jobs: takers, entries: [], now: now)
            return takers.compactMap { check.behind(status, $0, $1) }.max() ?? 0
        }
        let isWindowed = status.source == .storageTime
        let clock = isWindowed ? outlook.clock : StorageClock(timeZone: .gmt)
        let first = clock.storageTime(at: now).startOfDay.advanced(by: -(Self.days - 1) * DayStates.day)
        var days = DayStates(of: status, from: first, count: Self.days, behind: isWindowed ? behind ?? 0 : 0)
        if !isWindowed {
            let since = now.addingTimeInterval(-Double(Self.days * DayStates.day))
            let captures = try catalog.captureDays(of: status.series, since: since)
            days = DayStates(captures: Set(captures.map { clock.storageTime(at: $0) }), from: first, count: Self.days)
        }
        return TaskOverview(
            status: status, outlook: outlook, days: days, behind: isWindowed ? behind ?? 0 : 0)
    }

    private func jobOverviews(_ catalog: SnapshotCatalog, _ set: JobSet?, _ now: Date) throws -> [JobOverview] {
        let histories = Dictionary(try catalog.jobHistories().map { ($0.job, $0) }) { $1 }
        let (counters, notices) = (try catalog.counters(), try catalog.failedNotices())
        let known = set.map { Set($0.jobs.map(\.name)) } ?? Set(histories.keys)
        return try known.sorted().map { name in
            var overview = JobOverview(name: name)
            overview.lastRun = histories[name]?.lastRun
            overview.lastSuccess = try catalog.lastSuccess(of: name)
            overview.lastEnded = try catalog.runs(of: name, limit: 5).first { $0.finishedAt != nil }
            overview.counters = counters[name] ?? JobCounters()
            overview.failedNotices = notices.filter { $0.job == name }
            if let job = set?.jobs.first(where: { $0.name == name }) {
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
    /// What the doctor's checks find that need no account, no archive and no manifest.
    private func concerns(
        _ catalog: SnapshotCatalog, _ set: JobSet?, _ entries: [StatusReport.Entry], _ damages: [DamageRecord],
        _ jobs: [JobOverview], _ now: Date
    ) throws -> [Concern] {
        var findings = CoverageCheck(entries: entries.map(\.status)).findings()
        findings += DamageCheck(damages: damages).findings()
        if let set {
            let histories = Dictionary(try catalog.jobHistories().map { ($0.job, $0) }) { $1 }
            findings += RunsCheck(jobs: set.jobs, histories: histories, now: now).findings()
            findings += FreshnessCheck(jobs: set.jobs.map { ($0, set.clock(of: $0)) }, entries: entries, now: now)
                .findings()
        }
        findings += ExpiryCheck(tasks: try subjects(catalog, entries, now)).findings()
        if let disk = try? DiskCheck(at: vault.root, growth: try recentGrowth(catalog, now)) {
            findings += disk.findings()
        }
        findings += NoticesCheck(failed: jobs.flatMap(\.failedNotices), now: now).findings()
        return [Finding.Level.error, .warning].flatMap { level in
            findings.filter { $0.level == level }.map(Concern.init)
        }
    }

    /// Those tasks that lack something, with the age of the oldest rows that the cloud still gave of each.
    private func subjects(
        _ catalog: SnapshotCatalog, _ entries: [StatusReport.Entry], _ now: Date
    ) throws -> [ExpiryCheck.Subject] {
        try entries.filter { $0.status.source == .storageTime && !$0.status.gaps.isEmpty }.map { status, outlook in
            let wall = outlook.clock.storageTime(at: now)
            let age = try catalog.oldestAgeWithRows(of: status.task, source: .storageTime, host: status.host)
            // The catalog takes storage time for UTC.
            let ahead = wall.seconds(since: StorageClock(timeZone: .gmt).storageTime(at: now))
            return ExpiryCheck.Subject(
                status: status, oldestAge: age.map { $0 + ahead }, isTaken: !outlook.jobs.isEmpty, now: wall)
        }
    }

    /// Looked at once an hour: it is a pass over all windows.
    private func recentGrowth(_ catalog: SnapshotCatalog, _ now: Date) throws -> VaultGrowth? {
        if let known = growth.withLock({ $0 }), abs(now.timeIntervalSince(known.at)) < 3600 { return known.growth }
        let found = try catalog.growth(since: now.addingTimeInterval(-30 * 86_400), now: now)
        growth.withLock { $0 = (found, now) }
        return found
    }

    private func facts(
        _ tasks: [TaskOverview], _ jobs: [JobOverview], _ damaged: Int, _ concerns: [Concern],
        _ catalog: SnapshotCatalog, _ now: Date
    ) throws -> OverviewVerdict.Facts {
        var facts = OverviewVerdict.Facts()
        facts.tasks = tasks.count
        let windowed = tasks.filter { $0.status.source == .storageTime && $0.status.to != nil }
        facts.windowed = windowed.count
        let ends = windowed.compactMap(\.status.to)
        if let least = ends.min(), let most = ends.max() { facts.coveredTo = least...most }
        facts.today = windowed.first.map { $0.outlook.clock.storageTime(at: now) }
        let gapped = tasks.filter { !$0.status.gaps.isEmpty }
        facts.withGaps = gapped.count
        facts.gapSeconds = gapped.reduce(0) { $0.adding(held: $1.gapSeconds) }
        facts.expiresIn = try subjects(catalog, gapped.map { ($0.status, $0.outlook) }, now).compactMap { subject in
            guard let limit = subject.oldestAge, limit >= DayStates.day, let first = subject.status.gaps.first else {
                return nil
            }
            return limit - subject.now.seconds(since: first.from)
        }.min()
        let late = tasks.filter { $0.behind > 0 }
        (facts.behind, facts.mostBehind) = (late.count, late.map(\.behind).max() ?? 0)
        facts.damagedSnapshots = damaged
        facts.troubledJobs = jobs.filter { job in
            job.lastRun.map { ["failed", "partial"].contains($0.outcome) } ?? false
        }.map(\.name)
        facts.hasOtherErrors = concerns.contains(where: \.isError)
        return facts
    }
}

extension TaskStatus {
    /// What the catalog calls it.
    var series: Series { Series(task: task, source: source, host: host, name: name) }
}
