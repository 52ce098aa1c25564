import Archive
import Foundation
import TestSupport
import Testing

@testable import Vault

/// An index that lies outside of its vault is of one vault.
@Suite struct CatalogOwnerTests {
    private static func open(
        _ path: String, _ catalog: String, _ access: SnapshotVault.Access = .create
    ) throws -> SnapshotVault {
        var configuration = Fixture.configuration()
        configuration.catalogPath = catalog
        return try SnapshotVault.open(at: path, access: access, configuration: configuration)
    }

    @Test(arguments: [SnapshotVault.Access.create, .existing, .reading])
    func anotherVaultIsRefusedAndBothAreNamed(access: SnapshotVault.Access) throws {
        let folder = try TemporaryFolder()
        let (one, two, catalog) = ("\(folder.path)/one", "\(folder.path)/two", "\(folder.path)/index.sqlite")
        try SnapshotVault.open(at: two, access: .create, configuration: Fixture.configuration()).close()
        try Self.open(one, catalog).close()
        try Self.open(one, catalog).close()
        let error = #expect(throws: VaultError.self) { try Self.open(two, catalog, access).close() }
        #expect(error?.code == .otherVault)
        #expect(error?.message.contains("/one") == true && error?.message.contains("/two") == true)
        // The first one's own is as good as before.
        try Self.open(one, catalog, access).close()
    }

    @Test func theIndexInsideOfAnotherVaultIsRefused() throws {
        let folder = try TemporaryFolder()
        let (one, two) = ("\(folder.path)/one", "\(folder.path)/two")
        try SnapshotVault.open(at: one, access: .create, configuration: Fixture.configuration()).close()
        let error = #expect(throws: VaultError.self) { try Self.open(two, "\(one)/catalog.sqlite").close() }
        #expect(error?.code == .otherVault)
        // One's own, named, is no other.
        try Self.open(one, "\(one)/catalog.sqlite").close()
        try SnapshotVault.open(at: one, access: .existing, configuration: Fixture.configuration()).close()
    }

    @Test func aVaultThatWasMovedOrIsNamedByALinkKeepsItsIndex() throws {
        let folder = try TemporaryFolder()
        let (one, two, catalog) = ("\(folder.path)/one", "\(folder.path)/two", "\(folder.path)/index.sqlite")
        try Self.open(one, catalog).close()
        try FileManager.default.createSymbolicLink(atPath: "\(folder.path)/link", withDestinationPath: one)
        try Self.open("\(folder.path)/link", catalog).close()
        try FileManager.default.moveItem(atPath: one, toPath: two)
        try Self.open(two, catalog).close()
        // Where it was, another one is made.
        let error = #expect(throws: VaultError.self) { try Self.open(one, catalog).close() }
        #expect(error?.code == .otherVault)
    }

    @Test func twoThatBeginAtOnceDoNotShareOne() async throws {
        let folder = try TemporaryFolder()
        let catalog = "\(folder.path)/index.sqlite"
        let opened = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<6 {
                group.addTask {
                    guard let vault = try? Self.open("\(folder.path)/vault-\(number)", catalog) else { return false }
                    vault.close()
                    return true
                }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(opened == 1)
    }
}
