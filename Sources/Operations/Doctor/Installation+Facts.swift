import Archive
import Catalog
import Foundation
import Jobs
import OctoparseAPI
import Records
import StorageTime
import Vault

extension Installation {
    /// What the vault holds, judged by the jobs that take it.
    func facts(of vault: SnapshotVault) throws -> VaultFacts {
        let taskJobs = try jobs.map { set in
            try TaskJobs(set) { try vault.catalog.members(of: $0.name).filter { $0.goneAt == nil }.map(\.task) }
        }
        let clock = accounts.first?.storageClock ?? StorageClock(timeZone: nil)
        let report = StatusReport(vault: vault, jobs: taskJobs, clock: clock, now: now)
        return try VaultFacts(report, report.entries(of: nil))
    }

    /// The task whose covered time goes furthest, of those with rows.
    func newestTask(of host: String, _ entries: [StatusReport.Entry]) -> String? {
        entries.map(\.status).filter { $0.host == host && $0.rows > 0 && $0.source == .storageTime }
            .max { ($0.to ?? .earliest) < ($1.to ?? .earliest) }?.task
    }

    /// The tasks with the newest increments of a host: so many as are worth a request each.
    func countedTasks(of host: String, _ entries: [StatusReport.Entry]) -> [TaskID] {
        let all = entries.map(\.status).filter { $0.host == host && $0.source == .increments && $0.rows > 0 }
        return all.sorted { ($0.to ?? .earliest) > ($1.to ?? .earliest) }.prefix(Self.mostCounted)
            .compactMap { try? TaskID($0.task) }
    }

    private static let mostCounted = 10

    /// The files that must not be open to everybody.
    func places(_ root: String?) -> [PermissionsCheck.Place] {
        var places: [PermissionsCheck.Place] = []
        if let root { places.append(.init(path: root, what: "the vault", wish: .guarded)) }
        if jobs != nil {
            let files = (jobs?.jobs.map(\.file) ?? []) + JobSet.accountFiles(in: jobsPath)
            places += ([jobsPath] + files).map { .init(path: $0, what: "the job files,", wish: .guarded) }
        }
        for account in accounts {
            guard case .file(let path) = account.password else { continue }
            places.append(.init(path: path, what: "the password file", wish: .secret))
        }
        guard let tokens = APIConfiguration.tokenDirectory(environment) else { return places }
        places.append(.init(path: tokens, what: "the folder of tokens", wish: .secret))
        for name in (try? FileManager.default.contentsOfDirectory(atPath: tokens))?.sorted() ?? [] {
            places.append(.init(path: "\(tokens)/\(name)", what: "the token file", wish: .secret))
        }
        return places
    }
}

extension DiskCheck {
    /// Asks the file system that `path` lies on.
    init(at path: String, growth: VaultGrowth?) throws {
        let facts = try FileManager.default.attributesOfFileSystem(forPath: path)
        func number(_ key: FileAttributeKey) -> Int? { (facts[key] as? NSNumber)?.intValue }
        let countsFiles = (number(.systemNodes) ?? 0) > 0
        self.init(
            free: number(.systemFreeSize) ?? .max, freeFiles: countsFiles ? number(.systemFreeNodes) : nil,
            growth: growth)
    }
}
