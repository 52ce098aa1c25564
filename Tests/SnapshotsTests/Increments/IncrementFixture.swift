import Archive
import Catalog
import Foundation
import Records
import RowJSON
import StorageTime
import TestSupport
import Testing
import Vault

@testable import OctoparseAPI
@testable import Snapshots

/// A vault of its own and a task that is read by a cursor.
struct IncrementFixture {
    let folder: TemporaryFolder
    let vault: SnapshotVault
    let server: CursorServer
    var pageSize = 7
    private let ticks: Ticks

    init(_ server: CursorServer, disk: any Files = DiskFiles()) throws {
        self.server = server
        ticks = Ticks()
        folder = try TemporaryFolder()
        vault = try SnapshotVault.open(
            at: "\(folder.path)/vault", access: .create, configuration: VaultConfiguration(files: disk))
    }

    /// The same vault with another server.
    init(_ server: CursorServer, in other: IncrementFixture) throws {
        self.server = server
        folder = other.folder
        vault = other.vault
        ticks = other.ticks
    }

    func run(
        _ source: CaptureSource = .increments, batch: Int = 10, walksAgainAfter: Seconds? = nil,
        mostAnswersWithoutFall: Int? = nil, vault: SnapshotVault? = nil,
        mayGoOn: @escaping @Sendable () -> Bool = { true }
    ) async throws -> CaptureOutcome {
        var configuration = TakingConfiguration(pageSize: pageSize, concurrency: 1, attempts: 3, retryPause: .zero)
        configuration.compressionLevel = 1
        if let mostAnswersWithoutFall { configuration.mostAnswersWithoutFall = mostAnswersWithoutFall }
        let server = server
        let connection = SnapshotConnection(
            vault: vault ?? self.vault, pages: server, host: "host", clock: StorageClock(timeZone: .gmt),
            settle: Seconds(0), configuration: configuration, requestCount: { server.requests }, cursors: server,
            hasWindows: false, now: { [ticks] in ticks.next() }, sleep: { _ in })
        var request = CaptureRun.Request(source: source, batch: batch)
        request.walksAgainAfter = walksAgainAfter
        let outcomes = await CaptureRun(connection: connection, mayGoOn: mayGoOn).run(request, tasks: [try TaskID("t")])
        return try #require(outcomes.first)
    }

    /// The rows of every increment that is committed, each with how often it is there.
    func rows(_ source: RowSource = .increments) throws -> [String: Int] {
        var rows: [String: Int] = [:]
        try vault.forEachSnapshot(tasks: [TaskID("t")], source: source) { record in
            let archive = try #require(try vault.openSnapshot(at: record.path)).archive
            try archive?.forEachMember { _, ndjson in
                for line in lines(RowBlock(ndjson: ndjson)) { rows[line, default: 0] += 1 }
            }
        }
        return rows
    }

    func manifests(_ source: RowSource = .increments) throws -> [Manifest] {
        var found: [(SnapshotName, Manifest)] = []
        try vault.forEachSnapshot(tasks: [TaskID("t")], source: source) { record in
            let name = try #require(record.address).name
            found.append((name, try #require(try vault.manifest(at: record.path))))
        }
        return found.sorted { $0.0 < $1.0 }.map(\.1)
    }

    /// That what is here, by the newest manifest, is all that the server has, and more.
    func expectWhole(_ comment: Comment? = nil) throws {
        let manifests = try manifests()
        let newest = try #require(manifests.last, comment)
        let sum = manifests.reduce(0) { $0 + $1.rows }
        #expect(newest.state == .sealed || newest.state == .empty, comment)
        #expect(sum == newest.total - (newest.range?.restTotal ?? 0) + newest.kept, comment)
        #expect(newest.total == server.present.count && newest.range?.restTotal == 0, comment)
        #expect(manifests.allSatisfy { $0.state != .unproven }, comment)
    }
}

func counted(_ rows: [String]) -> [String: Int] { rows.reduce(into: [:]) { $0[$1, default: 0] += 1 } }

func numbered(_ range: Range<Int>) -> [String] { range.map { #"{"n":"\#($0)"}"# } }
