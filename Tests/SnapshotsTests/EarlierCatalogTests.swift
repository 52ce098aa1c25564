import Foundation
import GRDB
import Records
import Restore
import TestSupport
import Testing
import Vault

@testable import Catalog

/// A vault opens with the catalog of every earlier format: `Tests/Fixtures/catalogs` has one of each as SQL, by the
/// name of its last step, of the vault `Tests/Fixtures/vaults/first`.
@Suite struct EarlierCatalogTests {
    private static let fixtures = "\(HandbookPage.repository)/Tests/Fixtures"

    /// The steps that lead to today's format, the last of them.
    private static let steps = Schema.migrator(now: 0).migrations

    /// A vault whose catalog has the format of a step.
    private func vault(asOf step: String, in folder: TemporaryFolder) throws -> String {
        let path = "\(folder.path)/vault"
        try FileManager.default.copyItem(atPath: "\(Self.fixtures)/vaults/first", toPath: path)
        try FileManager.default.removeItem(atPath: "\(path)/catalog.sqlite")
        let sql = try String(contentsOfFile: "\(Self.fixtures)/catalogs/\(step).sql", encoding: .utf8)
        try SQLiteScript.run(sql, at: "\(path)/catalog.sqlite")
        return path
    }

    private static func applied(_ vault: String) throws -> Set<String> {
        let rows = try SQLiteReader("\(vault)/catalog.sqlite").rows("SELECT identifier FROM grdb_migrations")
        var steps: Set<String> = []
        for row in rows { if let step = row.first, let step { steps.insert(step) } }
        return steps
    }

    /// Whoever adds a step keeps what the format was before it.
    @Test func everyEarlierFormatHasAFixture() throws {
        let kept = try FileManager.default.contentsOfDirectory(atPath: "\(Self.fixtures)/catalogs")
        #expect(Set(kept) == Set(Self.steps.dropLast().map { "\($0).sql" }))
    }

    @Test(arguments: Sampling.quick(3, of: steps.dropLast()))
    func itIsBroughtUpToDateAndKeepsItsHistory(step: String) async throws {
        let folder = try TemporaryFolder()
        let path = try vault(asOf: step, in: folder)
        let earlier: [String] = Self.steps.prefix { $0 != step } + [step]
        #expect(try Self.applied(path) == Set(earlier))
        let vault = try SnapshotVault.open(at: path, access: .existing)
        defer { vault.close() }
        #expect(vault.notices.isEmpty)
        let runs = try vault.catalog.runs(of: "shop", limit: 10)
        #expect(runs.count == 1 && runs.first?.requests == 7)
        let done = "SELECT value FROM counters WHERE job = 'shop' AND name = 'runs.done'"
        #expect(try SQLiteReader("\(path)/catalog.sqlite").rows(done) == [["1"]])
        let report = try await vault.verify()
        #expect(report.damaged.isEmpty && report.snapshots == 15)
        for (task, source, all, _) in FirstVaultTests.rows {
            #expect(try await vault.restored(task, source: source).receipt.rowsIn == all.count)
        }
        #expect(try Self.applied(path) == Set(Self.steps))
    }

    /// Where nothing may be written the manifests are read instead.
    @Test(arguments: Sampling.quick(3, of: steps.dropLast()))
    func itIsReadWhereNothingIsWritten(step: String) async throws {
        let folder = try TemporaryFolder()
        let path = try vault(asOf: step, in: folder)
        let bytes = FileManager.default.contents(atPath: "\(path)/catalog.sqlite")
        let vault = try SnapshotVault.open(at: path, access: .reading)
        defer { vault.close() }
        for (task, source, all, _) in FirstVaultTests.rows {
            #expect(try await vault.restored(task, source: source).receipt.rowsIn == all.count)
        }
        #expect(FileManager.default.contents(atPath: "\(path)/catalog.sqlite") == bytes)
    }
}
