import Archive
import Catalog
import Foundation
import Jobs
import Logging
import OctoparseAPI
import Operations
import Records
import Restore
import Sandbox
import Snapshots
import StorageTime
import TestSupport
import Testing
import Vault

/// A vault that is filled from a sandbox over HTTP, run by run, as separate runs of the program would.
struct FaultedVault: Sendable {
    let baseURL: String
    let store: SandboxStore
    let folder: TemporaryFolder
    let vault: SnapshotVault
    let task: TaskID
    /// How long to wait for the next byte.
    var idleTimeout: Duration
    /// Rows a request.
    let pageSize: Int

    /// Far longer than a busy machine keeps an answer waiting.
    static let long = Duration.seconds(300)

    init(
        baseURL: String, store: SandboxStore, idleTimeout: Duration = long, pageSize: Int = HardRows.pageSize
    ) throws {
        self.baseURL = baseURL
        self.store = store
        self.idleTimeout = idleTimeout
        self.pageSize = pageSize
        folder = try TemporaryFolder(isInMemory: true)
        vault = try SnapshotVault.open(at: folder.path, access: .create)
        task = try TaskID(HardRows.task)
    }

    private static let settle = Seconds(900)
    private static let clock = StorageClock(timeZone: .gmt)

    /// Backs the whole range up, with a client of its own and hardly any pauses.
    func backfill(isForced: Bool = false) async throws -> BackfillSummary {
        try await connected(now: { Date() }) { connection in
            let request = Backfill.Request(range: HardRows.range, step: Seconds(HardRows.step), isForced: isForced)
            return await Backfill(connection: connection).run(request, tasks: [task])
        }
    }

    /// Runs a job over the task, as the scheduler would at an hour of the day that the rows are of.
    ///
    /// - Parameter hours: how long ago the range was closed. Its windows are counted again for an hour, the last time
    ///   by their rows.
    func runJob(hours: Int) async throws -> RunSummary {
        let now = Self.clock.instant(of: HardRows.range.to) + Double(Self.settle.count + hours * 3600)
        let rules = TakingRules(
            window: Seconds(HardRows.step), settle: Self.settle, recheck: Seconds(3600), recheckRows: true,
            start: HardRows.range.from, pageSize: pageSize)
        return try await connected(now: { now }) { connection in
            await JobRun(connection: connection).run([RunTask(id: task, rules: rules)])
        }
    }

    private func connected<Result: Sendable>(
        now: @escaping @Sendable () -> Date, _ body: @Sendable (SnapshotConnection) async -> Result
    ) async throws -> Result {
        var api = APIConfiguration(
            baseURL: baseURL, username: "sandbox", password: { "sandbox" }, requestsPerSecond: 0, cachesTokens: false)
        api.idleTimeout = idleTimeout
        (api.connectTimeout, api.requestTimeout) = (Self.long, Self.long)
        // Above the largest page of hostile cells, below every bomb.
        api.maximumResponseBytes = 2 << 20
        api.backoffBase = .milliseconds(1)
        api.backoffCap = .milliseconds(4)
        api.retryAfterFloor = .milliseconds(1)
        api.retryAfterCap = .milliseconds(10)
        let logger = Logger(label: "matrix", factory: { _ in SwiftLogNoOpLogHandler() })
        return try await OctoparseClient.with(configuration: api, logger: logger) { client in
            await body(
                SnapshotConnection(
                    vault: vault, pages: client, host: "sandbox", clock: Self.clock, settle: Self.settle,
                    configuration: TakingConfiguration(
                        pageSize: pageSize, concurrency: 2, retryPause: .milliseconds(1), closingBatch: 3,
                        compressionLevel: 1),
                    requestCount: { client.requests.requests }, now: now))
        }
    }

    /// What a restore of the range writes.
    func restored() async throws -> [[UInt8]: Int] {
        let output = try TemporaryFolder(isInMemory: true)
        let path = output.path + "/restored.ndjson"
        let request = RestoreRequest(task: task.text, from: HardRows.range.from, to: HardRows.range.to)
        let receipt = try await vault.restore(request, RestoreOptions(format: .ndjson), to: path)
        var rows: [[UInt8]: Int] = [:]
        for row in try Data(contentsOf: URL(fileURLWithPath: path)).split(separator: UInt8(ascii: "\n")) {
            rows[Array(row), default: 0] += 1
        }
        #expect(receipt.rowsOut == rows.values.reduce(0, +))
        return rows
    }

    /// The rows that the archives hold, window by window.
    func rows() throws -> [Window: [[UInt8]: Int]] {
        var found: [Window: [[UInt8]: Int]] = [:]
        try vault.forEachSnapshot { record in
            guard let window = record.window, let snapshot = try vault.openSnapshot(at: record.path) else { return }
            var rows: [[UInt8]: Int] = [:]
            try snapshot.archive?.forEachMember { _, ndjson in
                for row in ndjson.split(separator: UInt8(ascii: "\n")) { rows[Array(row), default: 0] += 1 }
            }
            found[window] = rows
        }
        return found
    }

    /// What of the range is not covered.
    func gaps() async throws -> [Window] {
        let locked = try await vault.lock(task, wait: .polling())
        defer { locked.release() }
        return try locked.coverage(host: "sandbox", clock: Self.clock, settle: Self.settle, now: Date())
            .gaps(in: HardRows.range)
    }

    /// Requests for each window of the range since the counters were last set to zero: those inside it, its end
    /// included.
    func requestsByWindow() -> [Window: Int] {
        let log = store.log.filter { $0.endpoint == .storageTime }
        return HardRows.range.slices(onGridOf: HardRows.step).reduce(into: [:]) { counts, window in
            let (from, to) = (window.from.description, window.to.description)
            counts[window] =
                log.count { request in
                    guard let first = request.from, let last = request.to else { return false }
                    return from <= first && last <= to && last > from
                }
        }
    }
}
