import Archive
import Catalog
import Foundation
import Logging
import OctoparseAPI
import Sandbox
import Snapshots
import StorageTime
import TestSupport
import Vault

/// A vault that is filled from a sandbox over HTTP, run by run, as separate runs of the program would.
struct FaultedVault: Sendable {
    let baseURL: String
    let store: SandboxStore
    let folder: TemporaryFolder
    let vault: SnapshotVault
    let task: TaskID
    /// How long to wait for the next byte.
    let patience: Duration

    init(baseURL: String, store: SandboxStore, patience: Duration = .seconds(30)) throws {
        self.baseURL = baseURL
        self.store = store
        self.patience = patience
        folder = try TemporaryFolder(isInMemory: true)
        vault = try SnapshotVault.open(at: folder.path, access: .create)
        task = try TaskID(HardRows.task)
    }

    private static let settle = Seconds(900)
    private static let clock = StorageClock(timeZone: .gmt)

    /// Backs the whole range up, with a client of its own and hardly any pauses.
    func backfill(isForced: Bool = false) async throws -> BackfillSummary {
        var api = APIConfiguration(
            baseURL: baseURL, username: "sandbox", password: { "sandbox" }, requestsPerSecond: 0, cachesTokens: false)
        api.idleTimeout = patience
        // Above the largest page of hostile cells, below every bomb.
        api.maximumResponseBytes = 2 << 20
        api.backoffBase = .milliseconds(1)
        api.backoffCap = .milliseconds(4)
        api.retryAfterFloor = .milliseconds(1)
        api.retryAfterCap = .milliseconds(10)
        let logger = Logger(label: "matrix", factory: { _ in SwiftLogNoOpLogHandler() })
        return try await OctoparseClient.with(configuration: api, logger: logger) { client in
            let connection = SnapshotConnection(
                vault: vault, pages: client, host: "sandbox", clock: Self.clock, settle: Self.settle,
                configuration: TakingConfiguration(
                    pageSize: HardRows.pageSize, concurrency: 2, retryPause: .milliseconds(1), closingBatch: 3,
                    compressionLevel: 1),
                requestCount: { client.requests.requests })
            let request = Backfill.Request(range: HardRows.range, step: Seconds(HardRows.step), isForced: isForced)
            return await Backfill(connection: connection).run(request, tasks: [task])
        }
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

    /// Requests for each window of the range since the counters were last set to zero: those inside it, its end included.
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
