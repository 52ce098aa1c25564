import Archive
import Catalog
import Foundation
import Records
import StorageTime
import TestSupport
import Testing
import Vault

@testable import Snapshots

/// A window's rows are found wherever they are by now: the index is read before windows are fetched, no lock is held,
/// and a compaction may come in between.
@Suite struct WindowFetcherTests {
    private func records(_ vault: DamagedVault) throws -> [WindowRecord] {
        try vault.vault.catalog.windows(
            of: DamagedVault.task, source: .storageTime, host: "h", in: DamagedVault.range())
    }

    private func verdicts(_ vault: DamagedVault, _ records: [WindowRecord]) async throws -> [RemoteReport.Verdict] {
        let reader = vault.connection.context(report: { _ in }).reader(task: try TaskID(DamagedVault.task))
        let fetcher = WindowFetcher(vault: vault.vault, reader: reader)
        var verdicts: [RemoteReport.Verdict] = []
        for record in records { verdicts.append(try await fetcher.compare(record)) }
        return verdicts
    }

    @Test func aWindowThatWasCompactedMeanwhileIsComparedWithItsRows() async throws {
        let vault = try DamagedVault()
        try await vault.backfill()
        let before = try records(vault)
        try await vault.compact()
        #expect(try await verdicts(vault, before) == before.map { _ in .equal })
    }

    @Test func aPartWhosePlaceInTheDayChangedIsComparedWithItsRows() async throws {
        let vault = try DamagedVault()
        try await vault.backfill()
        try await vault.compact()
        let before = try records(vault)
        let moved = before.map { record in
            var record = record
            record.part = record.part.map { before.count - 1 - $0 }
            return record
        }
        #expect(try await verdicts(vault, moved) == before.map { _ in .equal })
    }

    @Test func aWindowThatIsInNoManifestAnyMoreIsAnError() async throws {
        let vault = try DamagedVault()
        try await vault.backfill()
        let before = try records(vault)
        try FileManager.default.removeItem(atPath: vault.file(".manifest.json", hour: 2))
        await #expect(throws: VaultError.self) { try await verdicts(vault, [before[2]]) }
    }
}
