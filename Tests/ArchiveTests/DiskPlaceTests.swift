import Testing

@testable import Archive

/// From which part of a path on no symbolic link is followed.
@Suite struct DiskPlaceTests {
    @Test(
        arguments: [
            ("", false), ("/", false), ("vault", false), ("vault/octovault", false),
            ("vault/vault_task=weather", false),
            ("vault_date=2013-01-01", true), ("/vault_date=2013-01-01", true), ("vault/vault_date=2013-01-01/", true),
            ("vault/vault_date=", true), ("vault/xvault_date=2013-01-01", false), ("vault.vault_date=1", false),
            ("vault/vault_date", false), ("lost+found", true), ("vault/lost+found", true), ("vault/lost+found/", true),
            ("vault/lost+found.old", false), ("vault/old.lost+found", false), ("lost+foundlost+found", false),
            ("vault/octovault.json", true), ("vault/octovault.json.partial", false),
            ("octovault.json1/octovault.json", true),
        ])
    func noLinkIsFollowedFromADateFolderOn(path: String, isGuarded: Bool) throws {
        let found = try DiskPlace.find(path).isGuarded
        #expect(found == isGuarded)
    }
}
