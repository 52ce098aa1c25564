import Archive
import Catalog
import Foundation
import Jobs
import Operations
import Records
import StorageTime
import TestSupport
import Vault

@testable import StatusServer

/// 2026-11-28T10:20:00Z.
let testNow = Date(timeIntervalSince1970: 1_795_861_200)

/// A vault whose catalog says what a test wants, without archives: the page reads nothing else.
struct GeneratedVault {
    let folder: TemporaryFolder
    let vault: SnapshotVault
    let jobs: JobSet?

    /// What one window is.
    struct Hour {
        var state = SnapshotState.sealed
        var rows = 40
        var kept = 0
        var revision = 1
    }

    static let accounts = """
        default: {base_url: "http://h.test", username: u, password_env: PASSWORD, allow_http: true, time_zone: UTC}

        """

    init(jobs files: [String: String] = [:], isShared: Bool = false) throws {
        folder = try TemporaryFolder(isShared: isShared)
        vault = try SnapshotVault.open(
            at: "\(folder.path)/vault", access: .create,
            configuration: VaultConfiguration(now: { testNow }, tool: "test 1", processID: 4711, width: 2))
        guard !files.isEmpty else {
            jobs = nil
            return
        }
        let path = "\(folder.path)/jobs"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        for (name, text) in files {
            try text.write(toFile: "\(path)/\(name).yaml", atomically: true, encoding: .utf8)
        }
        try Self.accounts.write(toFile: "\(path)/accounts.yaml", atomically: true, encoding: .utf8)
        jobs = try JobSet.load(path: path, environment: ["PASSWORD": "p"])
    }

    /// Windows of an hour, the last of which ends at `end`.
    ///
    /// - Parameter hour: what the window so many hours before the last is; nil where it is missing.
    func add(
        _ task: String, name: String = "", hours: Int, end: String = "2026-11-28 10:00:00",
        _ hour: (Int) -> Hour? = { _ in Hour() }
    ) throws {
        let last = try StorageInstant(parsing: end)
        var folders: [String: [SnapshotRecord]] = [:]
        for index in 0..<hours {
            guard let hour = hour(index) else { continue }
            let to = last.advanced(by: -3600 * index)
            let window = try Window(from: to.advanced(by: -3600), to: to)
            let path =
                "vault_source=storage-time/vault_task=\(try TaskID(task).folderName)/vault_date=\(window.from.dateText)"
            let closed = Date(timeIntervalSince1970: Double(to.seconds - 62_135_596_800 + 1200))
            folders[path, default: []].append(
                SnapshotRecord(
                    path: "\(path)/_\(window.from.compact)_\(window.to.compact).manifest.json", task: task,
                    taskName: name, source: .storageTime, window: window, state: hour.state, revision: hour.revision,
                    host: "h.test", timeZone: "UTC", convention: .closed, proof: .oneAnswer, capturedAt: closed,
                    total: hour.rows, kept: hour.kept, rows: hour.rows, bytes: hour.rows * 50,
                    uncompressedBytes: hour.rows * 400, rowsDigest: String(repeating: "0", count: 64),
                    columns: ["a"], archive: hour.rows > 0 ? "a.gz" : nil, archiveSHA256: nil, manifestSHA256: "0"))
        }
        try vault.catalog.replace(
            folders.map { FolderContent(path: $0.key, modified: 1, snapshots: $0.value) })
    }

    func addCapture(_ task: String, source: RowSource = .all, at: Date = testNow, rows: Int = 7) throws {
        let path = "vault_source=\(source.rawValue)/vault_task=\(try TaskID(task).folderName)/vault_date=2026-11-28"
        try vault.catalog.replace([
            FolderContent(
                path: path, modified: 1,
                snapshots: [
                    SnapshotRecord(
                        path: "\(path)/_c.manifest.json", task: task, source: source, window: nil, state: .sealed,
                        host: "h.test", convention: .closed, proof: .twoPasses, capturedAt: at, total: rows,
                        rows: rows, bytes: 900, uncompressedBytes: 4000,
                        rowsDigest: String(repeating: "0", count: 64), manifestSHA256: "0")
                ])
        ])
    }

    @discardableResult
    func addRun(
        _ job: String, minutesAgo: Int, outcome: String = "done", seconds: Int = 12, sealed: Int = 1, rows: Int = 40,
        error: String? = nil
    ) throws -> Int64 {
        let started = testNow.addingTimeInterval(-60 * Double(minutesAgo))
        var run = RunRecord(job: job, scheduledAt: started, startedAt: started, outcome: outcome)
        run.finishedAt = outcome == "running" ? nil : started.addingTimeInterval(Double(seconds))
        (run.sealed, run.rows, run.firstError) = (sealed, rows, error)
        (run.requests, run.bytes) = (3, 12_345)
        return outcome == "running" ? try vault.catalog.record(run) : try vault.catalog.recordEnd(run)
    }

    var reader: OverviewReader {
        OverviewReader(vault: vault, clock: StorageClock(timeZone: .gmt), now: { testNow }) { [jobs] in jobs }
    }

    /// - Parameter freeBytes: in place of the disk's own, which no expectation can hold.
    func overview(freeBytes: Int? = 1 << 40) throws -> VaultOverview {
        var overview = try reader.overview()
        overview.freeBytes = freeBytes
        return overview
    }

    func site(_ board: RunBoard? = nil) throws -> StatusSite {
        try StatusSite(
            cache: OverviewCache(reader, now: { testNow }), board: board, version: "1.2.3", now: { testNow })
    }

    static let hourly = """
        tasks: [weather, "sales <b>"]
        schedule: "7 * * * *"
        start: 2026-01-01

        """

    /// The small vault that all tests share which change nothing in it.
    static func shared() throws -> GeneratedVault { try sharedVault.get() }

    private static let sharedVault = Result { try small(isShared: true) }

    /// Two tasks of a job, one with a gap and kept rows, and a few runs.
    static func small(isShared: Bool = false) throws -> GeneratedVault {
        let vault = try GeneratedVault(jobs: ["hourly": hourly], isShared: isShared)
        try vault.add("weather", name: "Weather, Seattle", hours: 24 * 20) { index in
            switch index {
            case 30..<34: nil
            case 60..<90: Hour(state: .empty, rows: 0)
            case 100: Hour(rows: 40, kept: 3, revision: 2)
            case 120..<122: Hour(state: .unproven, rows: 0)
            default: Hour(rows: 40 + index % 7)
            }
        }
        try vault.add("sales <b>", name: "Sales <script>alert(1)</script>", hours: 48)
        try vault.addRun(
            "hourly", minutesAgo: 133, outcome: "partial", error: "task weather: <img src=x onerror=alert(1)> timed out"
        )
        try vault.addRun("hourly", minutesAgo: 73)
        try vault.addRun("hourly", minutesAgo: 13)
        return vault
    }
}
