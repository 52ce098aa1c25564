import Archive
import Catalog
import Foundation
import OctoparseAPI
import Records
import RowJSON
import StorageTime
import Synchronization
import TestSupport
import Vault

@testable import Snapshots

/// A vault of one task, filled from a model server, and short ways to damage it and to look at what is left.
struct DamagedVault {
    let folder: TemporaryFolder
    let server: ModelServer
    let vault: SnapshotVault
    var configuration = TakingConfiguration(pageSize: 3, concurrency: 2, retryPause: .zero, compressionLevel: 1)

    static let task = "t"
    /// Long after the windows were closed.
    static let now = Date(timeIntervalSince1970: 1_795_428_000)

    /// - Parameter rows: how many rows each of the six hours from 2013-01-01 has.
    init(rows: Int = 8, hours: Int = 6) throws {
        folder = try TemporaryFolder()
        var all: [ModelServer.Row] = []
        for hour in 0..<hours {
            for number in 0..<rows {
                let at = try time("2013-01-01").advanced(by: hour * 3600 + number * 3600 / max(rows, 1))
                all.append(.init(at: at, text: #"{"hour":"\#(hour)","n":"\#(number)"}"#))
            }
        }
        server = ModelServer(all)
        let clock = Self.now
        vault = try SnapshotVault.open(
            at: "\(folder.path)/vault", access: .create,
            configuration: VaultConfiguration(now: { clock }, tool: "test 1", processID: 4711, width: 2))
    }

    var connection: SnapshotConnection {
        let server = server
        let clock = Self.now
        return SnapshotConnection(
            vault: vault, pages: server, host: "h", clock: StorageClock(timeZone: .gmt), settle: Seconds(900),
            configuration: configuration, requestCount: { server.state.withLock { $0.requests } }, now: { clock },
            sleep: { _ in })
    }

    /// The range of the first hours.
    static func range(_ hours: Int = 6) throws -> Window {
        let start = try time("2013-01-01")
        return try Window(from: start, to: start.advanced(by: hours * 3600))
    }

    static func hour(_ hour: Int) throws -> Window {
        let start = try time("2013-01-01").advanced(by: hour * 3600)
        return try Window(from: start, to: start.advanced(by: 3600))
    }

    @discardableResult
    func backfill(hours: Int = 6) async throws -> BackfillSummary {
        await Backfill(connection: connection).run(
            .init(range: try Self.range(hours), step: Seconds(3600)), tasks: [try TaskID(Self.task)])
    }

    /// The only file of an hour whose name ends so.
    func file(_ suffix: String, hour: Int) throws -> String {
        let stem = try Self.hour(hour).from.compact
        let names = folder.allFiles().filter {
            $0.hasSuffix(suffix) && $0.contains("\(stem)_") && !$0.contains("lost+found")
        }
        guard names.count == 1 else { throw Several(names: names) }
        return "\(folder.path)/\(names[0])"
    }

    struct Several: Error { var names: [String] }

    func read(_ path: String) throws -> [UInt8] { try [UInt8](Data(contentsOf: URL(fileURLWithPath: path))) }

    func write(_ bytes: [UInt8], to path: String) throws { try Data(bytes).write(to: URL(fileURLWithPath: path)) }

    func flip(_ suffix: String, hour: Int, byte: Int) throws {
        let path = try file(suffix, hour: hour)
        var bytes = try read(path)
        bytes[byte < 0 ? bytes.count + byte : byte] ^= 4
        try write(bytes, to: path)
    }

    func manifest(hour: Int) throws -> Manifest { try Manifest.decode(read(file(".manifest.json", hour: hour))) }

    /// The rows that the committed archives hold, hour by hour.
    func rows() throws -> [Int: [String]] {
        var found: [Int: [String]] = [:]
        try vault.forEachSnapshot { record in
            guard let window = record.window, let snapshot = try vault.openSnapshot(at: record.path) else { return }
            let hour = window.from.seconds(since: try Self.hour(0).from) / 3600
            found[hour] = found[hour] ?? []
            try snapshot.archive?.forEachMember { found[hour]?.append(contentsOf: lines(RowBlock(ndjson: $1))) }
        }
        return found.mapValues { $0.sorted() }
    }

    /// The rows that the server holds, hour by hour.
    func served() throws -> [Int: [String]] {
        let start = try Self.hour(0).from
        return server.state.withLock { state in
            Dictionary(grouping: state.rows) { $0.at.seconds(since: start) / 3600 }
                .mapValues { $0.map(\.text).sorted() }
        }
    }

    /// Has the server forget some rows of an hour.
    func forget(hour: Int, where isForgotten: @escaping @Sendable (Int) -> Bool = { _ in true }) throws {
        let window = try Self.hour(hour)
        server.state.withLock { state in
            var number = -1
            state.rows.removeAll { row in
                guard window.contains(row.at) else { return false }
                number += 1
                return isForgotten(number)
            }
        }
    }

    func codes(deep: Bool = false) async throws -> [String] {
        var options = VerifyOptions()
        options.isDeep = deep
        return try await vault.verify(options: options).damaged.map(\.code.rawValue)
    }

    func status() throws -> TaskStatus? {
        try vault.status(clock: StorageClock(timeZone: .gmt), settle: Seconds(900), now: Self.now).first
    }
}
