import Archive
import Catalog
import Foundation
import Jobs
import OctoparseAPI
import Records
import RowJSON
import StorageTime
import Synchronization
import TestSupport
import Vault

@testable import Snapshots

/// What happens at a server between any two requests, and what time it is there and here.
final class Happenings: Sendable {
    struct State: Sendable {
        /// The true time, the server's.
        var now: Date
        /// How far our clock is ahead, in seconds.
        var skew = 0.0
        /// How far the vault's own clock is ahead, in seconds: damage is found and set aside by it.
        var vaultSkew = 0.0
        /// How often, a request, a row comes late, one expires, and an answer fails.
        var lateRate = 0.0, expiryRate = 0.0, failureRate = 0.0
        /// How often a run is still told that it may go on.
        var goesOn = Int.max
        /// How many rows there ever were.
        var rows = 0
        /// The rows that expired between the requests of the present run.
        var expired: Set<String> = []
        var generator: SeededGenerator
    }

    /// The server's zone, ahead of UTC.
    static let zone = TimeZone(secondsFromGMT: 3 * 3600)
    static let clock = StorageClock(timeZone: zone)

    let state: Mutex<State>

    init(seed: UInt64) {
        state = Mutex(State(now: Date(timeIntervalSince1970: 1_800_000_000), generator: SeededGenerator(seed: seed)))
    }

    func move(_ server: inout ModelServer.State) throws {
        try state.withLock { state in
            server.date = state.now
            let present = Self.clock.storageTime(at: state.now)
            if state.happens(state.lateRate) {
                state.add(
                    at: present.advanced(by: -Int.random(in: 0...20 * 3600, using: &state.generator)), to: &server)
            }
            if state.happens(state.expiryRate), !server.rows.isEmpty {
                let row = server.rows.remove(at: Int.random(in: server.rows.indices, using: &state.generator))
                state.expired.insert(row.text)
            }
            if state.happens(state.failureRate) { throw APIError(.serverError, "the server fails at will") }
        }
    }

    /// Lets time pass, and rows be stored meanwhile, many of them on the grid's edges.
    func pass(_ seconds: Int, rows: Int, _ server: ModelServer) {
        server.state.withLock { server in
            state.withLock { state in
                let before = Self.clock.storageTime(at: state.now)
                state.now += Double(seconds)
                for _ in 0..<rows {
                    let at = before.advanced(by: Int.random(in: 0..<seconds, using: &state.generator))
                    let edge = StorageInstant(seconds: at.seconds / 1800 * 1800) ?? at
                    state.add(at: state.happens(0.4) && edge >= before ? edge : at, to: &server)
                }
            }
        }
    }
}

extension Happenings.State {
    mutating func happens(_ rate: Double) -> Bool { Double.random(in: 0..<1, using: &generator) < rate }

    mutating func add(at instant: StorageInstant, to server: inout ModelServer.State) {
        rows += 1
        // Twins are told apart by no one.
        let text = rows.isMultiple(of: 7) ? "{\"same\":\"row\"}" : "{\"n\":\"\(rows)\"}"
        server.rows.append(ModelServer.Row(at: instant, text: text))
    }
}

/// A vault beside a server at which things happen.
struct RunWorld {
    let happenings: Happenings
    let server: ModelServer
    let folder: TemporaryFolder
    let vault: SnapshotVault
    let task: TaskID
    var rules = TakingRules(window: Seconds(3600), settle: Seconds(900), recheck: Seconds(48 * 3600))

    init(seed: UInt64, convention: IntervalConvention) throws {
        let happenings = Happenings(seed: seed)
        self.happenings = happenings
        server = ModelServer(convention: convention) { _, state in try happenings.move(&state) }
        server.state.withLock { $0.shufflesTies = true }
        folder = try TemporaryFolder(isInMemory: true)
        let now: @Sendable () -> Date = { happenings.state.withLock { $0.now + $0.vaultSkew } }
        vault = try SnapshotVault.open(
            at: folder.path, access: .create, configuration: VaultConfiguration(now: now))
        task = try TaskID("t")
    }

    /// The server's storage time.
    var present: StorageInstant { Happenings.clock.storageTime(at: happenings.state.withLock { $0.now }) }

    /// Runs the job once.
    ///
    /// - Parameter zone: what the account says of the server's zone, in hours ahead of UTC.
    @discardableResult
    func run(zone: Int = 3) async -> RunSummary {
        let happenings = happenings
        happenings.state.withLock { $0.expired = [] }
        let connection = SnapshotConnection(
            vault: vault, pages: server, host: "h",
            clock: StorageClock(timeZone: TimeZone(secondsFromGMT: zone * 3600)),
            settle: rules.settle,
            configuration: TakingConfiguration(concurrency: 3, retryPause: .zero, compressionLevel: 1),
            requestCount: { 0 }, now: { happenings.state.withLock { $0.now + $0.skew } }, sleep: { _ in })
        let run = JobRun(
            connection: connection,
            mayGoOn: {
                happenings.state.withLock { state in
                    state.goesOn -= 1
                    return state.goesOn >= 0
                }
            })
        return await run.run([RunTask(id: task, rules: rules)])
    }

    /// Every row in the vault's archives, the superseded ones among them, with the archives that hold it.
    func archivedRows() throws -> [String: [String]] {
        var rows: [String: [String]] = [:]
        try vault.forEachSnapshot { record in
            guard let manifest = try vault.manifest(at: record.path) else { return }
            let folder = vault.layout.path(record.path.split(separator: "/").dropLast().joined(separator: "/"))
            for facts in [manifest.archive].compactMap({ $0 }) + manifest.superseded.map(\.archive) {
                let archive = try ArchiveReader(path: "\(folder)/\(facts.file)", facts: facts, files: DiskFiles())
                try archive.forEachMember { _, ndjson in
                    for row in lines(RowBlock(ndjson: ndjson)) { rows[row, default: []].append(facts.file) }
                }
            }
        }
        return rows
    }

    /// Merges the windows of every day that is past.
    func compact() async throws {
        let locked = try await vault.lock(task, wait: .polling())
        defer { locked.release() }
        _ = try locked.compact(closedUntil: present, tool: "test 1")
    }

    func coverage() async throws -> Coverage {
        let locked = try await vault.lock(task, wait: .polling())
        defer { locked.release() }
        return try locked.coverage(
            host: "h", clock: Happenings.clock, settle: rules.settle, now: happenings.state.withLock { $0.now })
    }
}
