import Archive
import Foundation
import StorageTime
import TestSupport
import Testing

@testable import Vault

@Suite struct SnapshotVaultTests {
    @Test func anEmptyVaultHasNothingToTell() async throws {
        let folder = try TemporaryFolder()
        let vault = try SnapshotVault.open(at: "\(folder.path)/vault", access: .create)
        #expect(try vault.status(clock: StorageClock(timeZone: .gmt), settle: Seconds(0), now: Date()).isEmpty)
        let report = try await vault.verify()
        #expect(report.snapshots == 0)
        #expect(report.damaged.isEmpty)
    }
}
