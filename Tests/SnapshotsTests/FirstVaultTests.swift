import Archive
import Catalog
import Foundation
import Records
import Restore
import StorageTime
import TestSupport
import Testing
import Vault

@testable import Snapshots

/// A vault as an earlier state of the program wrote it: `Tests/Fixtures/vaults/first`.
@Suite struct FirstVaultTests {
    /// All rows of each task and source, and those that the cloud still had when they were last taken, as far as
    /// manifests of that time tell.
    static let rows: [(task: String, source: RowSource, all: [String], present: [String])] = [
        (
            "superseded", .storageTime, ["A", "B", "C", "D", "E", "F", "G", "H", "I", "K"], ["C", "F", "G", "I"]
        ),
        ("compacted", .storageTime, ["P", "Q", "R", "S", "T", "U"], ["P", "Q", "R", "T", "U"]),
        ("healed", .storageTime, ["B1", "B2", "L1", "L2", "L3", "M", "N"], ["B1", "B2", "L1", "L2", "L3", "M", "N"]),
        ("captures", .all, ["L1", "L2", "L3", "M", "N"], ["L1", "L2", "L3", "M", "N"]),
        ("captures", .lastExtraction, ["A1", "A2", "B1", "B2", "M", "N"], ["A1", "A2", "B1", "B2", "M", "N"]),
    ]

    private func open(
        _ body: (SnapshotVault) async throws -> Void, access: SnapshotVault.Access = .existing
    ) async throws {
        let folder = try TemporaryFolder()
        let fixture = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Fixtures/vaults/first")
        try FileManager.default.copyItem(atPath: fixture.path, toPath: "\(folder.path)/vault")
        let vault = try SnapshotVault.open(at: "\(folder.path)/vault", access: access)
        defer { vault.close() }
        try await body(vault)
    }

    private static func names(_ rows: [String]) -> [String] {
        rows.compactMap { $0.split(separator: "\"").dropFirst(3).first.map(String.init) }.sorted()
    }

    @Test(arguments: rows.indices)
    func everyRowOfItIsRestored(_ index: Int) async throws {
        let expected = Self.rows[index]
        try await open { vault in
            #expect(try await vault.verify().damaged.isEmpty)
            let all = try await vault.restored(expected.task, source: expected.source)
            #expect(Self.names(all.rows) == expected.all)
            #expect(all.receipt.rowsIn == expected.all.count)
            let present = try await vault.restored(expected.task, source: expected.source, present: true)
            #expect(Self.names(present.rows) == expected.present)
        }
    }

    /// Of a window that is taken again all archives become one, and nothing is lost by that.
    @Test func takingItsWindowsAgainJoinsTheirArchives() async throws {
        try await open { vault in
            let server = ModelServer()
            for (task, expected) in [("superseded", Self.rows[0].all), ("compacted", Self.rows[1].all)] {
                let connection = SnapshotConnection(
                    vault: vault, pages: server, host: "127.0.0.1:18131", clock: StorageClock(timeZone: .gmt),
                    settle: Seconds(900), configuration: TakingConfiguration(retryPause: .zero), requestCount: { 0 },
                    now: { Date() }, sleep: { _ in })
                let summary = await Backfill(connection: connection).run(
                    .init(
                        range: try window("2026-03-20 00:00:00", "2026-03-21 00:00:00"), step: Seconds(3600),
                        isForced: true), tasks: [try TaskID(task)])
                #expect(summary.failed.isEmpty, "\(summary.failed)")
                #expect(Self.names(try await vault.restored(task).rows) == expected)
                #expect(try await vault.restored(task, present: true).rows.isEmpty)
                var paths: [String] = []
                try vault.forEachSnapshot(tasks: [TaskID(task)]) { paths.append($0.path) }
                for path in paths { #expect(try vault.manifest(at: path)?.superseded.isEmpty ?? false) }
            }
            #expect(try await vault.verify().damaged.isEmpty)
        }
    }
}
