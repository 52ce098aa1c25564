import Archive
import Catalog
import Foundation
import Records
import RowJSON
import StorageTime
import Synchronization
import TestSupport
import Testing
import Vault

@testable import OctoparseAPI
@testable import Snapshots

/// A vault of its own and a server in memory.
struct CaptureFixture {
    let folder: TemporaryFolder
    let vault: SnapshotVault
    let pages: any PageSource
    var configuration = TakingConfiguration(pageSize: 7, concurrency: 3, attempts: 3, retryPause: .zero)
    private let ticks = Ticks()

    init(_ pages: any PageSource, files: any Files = CoarseTimeFiles()) throws {
        self.pages = pages
        folder = try TemporaryFolder()
        vault = try SnapshotVault.open(
            at: "\(folder.path)/vault", access: .create, configuration: VaultConfiguration(files: files))
    }

    func run(
        _ source: CaptureSource, batch: Int = 10, vault: SnapshotVault? = nil,
        mayGoOn: @escaping @Sendable () -> Bool = { true },
        report: @escaping @Sendable (CaptureEvent) -> Void = { _ in }
    ) async throws -> CaptureOutcome {
        let connection = SnapshotConnection(
            vault: vault ?? self.vault, pages: pages, host: "host", clock: StorageClock(timeZone: .gmt),
            settle: Seconds(0),
            configuration: configuration, requestCount: { 0 }, now: { [ticks] in ticks.next() }, sleep: { _ in })
        let outcomes = await CaptureRun(connection: connection, mayGoOn: mayGoOn, report: report).run(
            CaptureRun.Request(source: source, batch: batch), tasks: [try TaskID("t")])
        return try #require(outcomes.first)
    }

    /// The vault opened once more, on a disk of which one step fails, counted from the opening's end.
    func openAgain(failing step: Int, _ fault: FaultyFiles.Fault) throws -> (SnapshotVault, FailingDisk) {
        let counting = FaultyFiles(CoarseTimeFiles(), failing: nil)
        _ = try open(counting)
        let disk = FailingDisk(counting.steps + step, fault)
        return (try open(disk.files), disk)
    }

    private func open(_ files: any Files) throws -> SnapshotVault {
        try SnapshotVault.open(
            at: vault.root, access: .existing, configuration: VaultConfiguration(files: files))
    }

    /// The rows of every capture that is committed, read back.
    func rows(of source: CaptureSource) throws -> [String] {
        var rows: [String] = []
        try vault.forEachSnapshot(tasks: [TaskID("t")], source: source.rowSource) { record in
            let archive = try #require(try vault.openSnapshot(at: record.path)).archive
            try archive?.forEachMember { _, ndjson in rows += lines(RowBlock(ndjson: ndjson)) }
        }
        return rows
    }

    func manifests(of source: CaptureSource) throws -> [Manifest] {
        var manifests: [Manifest] = []
        try vault.forEachSnapshot(tasks: [TaskID("t")], source: source.rowSource) { record in
            try manifests.append(#require(try vault.manifest(at: record.path)))
        }
        return manifests
    }

    /// Files below the vault's folder.
    func files(_ isWanted: (String) -> Bool) -> [String] { folder.allFiles().filter(isWanted) }
}

/// A clock that moves a second on with each look, and is never at a whole one.
final class Ticks: Sendable {
    private let seconds = Atomic<Int>(1_795_000_000)

    func next() -> Date {
        Date(timeIntervalSince1970: Double(seconds.add(1, ordering: .relaxed).oldValue) + 0.7)
    }
}

/// Unexported rows, in memory: an answer takes them off the list, whatever becomes of the answer.
final class ExportServer: PageSource {
    struct State: Sendable {
        var rows: [String]
        var requests = 0
        var sizes: [Int] = []
    }

    /// What happens to a request.
    enum Fate: Sendable {
        case answered
        /// The rows are marked, and the answer never arrives.
        case lostOnTheWay
        /// The connection breaks before the server acts.
        case lostBefore
        /// The server refuses.
        case refused
        /// The rows are marked, and the answer is these bytes.
        case garbled([UInt8])
        case garbledEmpty
    }

    let state: Mutex<State>
    /// Called with each request's number from 1; it may change the rows first.
    let fate: @Sendable (Int, inout [String]) -> Fate

    init(rows: Int, fate: @escaping @Sendable (Int, inout [String]) -> Fate = { _, _ in .answered }) {
        state = Mutex(State(rows: (0..<rows).map { #"{"n":"\#($0)"}"# }))
        self.fate = fate
    }

    func page(_ query: PageQuery, index: Int, size: Int) async throws -> Page {
        throw APIError(.taskUnknown, "this server has unexported rows only")
    }

    func unexported(task: String, size: Int) async throws -> Page {
        try state.withLock { state in
            state.requests += 1
            state.sizes.append(size)
            let fate = fate(state.requests, &state.rows)
            if case .lostBefore = fate { throw APIError(.network, "the connection broke") }
            if case .refused = fate { throw APIError(.taskUnknown, "no such task") }
            let total = state.rows.count
            let taken = Array(state.rows.prefix(size))
            state.rows.removeFirst(taken.count)
            switch fate {
            case .lostOnTheWay: throw APIError(.timeout, "no answer came")
            case .garbled(let bytes): throw Self.unread(bytes)
            case .garbledEmpty: throw Self.unread([])
            default: break
            }
            return Page(total: total, rows: block(taken))
        }
    }

    var left: [String] { state.withLock { $0.rows } }
    var sizes: [Int] { state.withLock { $0.sizes } }

    private static func unread(_ bytes: [UInt8]) -> APIError {
        var error = APIError(.malformed, "sent an answer that is no sound JSON")
        error.unreadAnswer = bytes
        return error
    }
}

/// A disk of which one step fails.
struct FailingDisk {
    let files: FaultyFiles
    let failing: Int

    init(_ step: Int, _ fault: FaultyFiles.Fault) {
        files = FaultyFiles(CoarseTimeFiles(), failing: step, fault: fault)
        failing = step
    }

    var steps: Int { files.steps }
    /// The step that failed, in words; nil where none did.
    var failed: String? { steps > failing ? files.log[failing] : nil }
}
