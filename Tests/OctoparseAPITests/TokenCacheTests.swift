import Foundation
import Records
import Testing

@testable import OctoparseAPI

final class TokenCacheTests {
    private let root = NSTemporaryDirectory() + "octovault-" + UUID().uuidString
    private let token = Token(
        access: "access", refresh: "refresh", expiresAt: Date(timeIntervalSince1970: 2_000_000_000),
        renewAt: Date(timeIntervalSince1970: 1_999_999_700))

    deinit {
        chmod(root, 0o700)
        try? FileManager.default.removeItem(atPath: root)
    }

    private func cache(host: String = "https://h", user: String = "u") -> TokenCache {
        TokenCache(directory: root + "/state/tokens", host: host, user: user)
    }

    private func mode(_ path: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        return try #require(attributes[.posixPermissions] as? Int)
    }

    @Test func whatIsStoredIsLoaded() {
        #expect(cache().load() == nil)
        #expect(cache().store(token) == nil)
        #expect(cache().load() == token)
        cache().remove()
        #expect(cache().load() == nil)
    }

    @Test func theFileIsItsOwnersAlone() throws {
        #expect(cache().store(token) == nil)
        #expect(try mode(cache().path) == 0o600)
        #expect(try mode(root + "/state/tokens") == 0o700)
        #expect(try mode(root + "/state") == 0o700)
    }

    @Test func theProgramsFolderAroundItIsClosedToo() throws {
        var cache = cache()
        cache.state = root + "/state"
        #expect(cache.store(token) == nil)
        chmod(root + "/state", 0o777)
        #expect(cache.store(token) == nil)
        #expect(try mode(root + "/state") == 0o700)
    }

    @Test func eachHostAndUserHasItsOwnFile() {
        let paths = [cache(), cache(host: "https://g"), cache(user: "v"), cache(host: "https://hu", user: "")].map(
            \.path)
        #expect(Set(paths).count == 4)
        let name = cache(user: "someone@example.com").path.split(separator: "/").last ?? ""
        #expect(name.count == 37 && !name.contains("someone"))
    }

    @Test func anotherAccountsFileIsNotTaken() throws {
        #expect(cache(user: "v").store(token) == nil)
        try FileManager.default.copyItem(atPath: cache(user: "v").path, toPath: cache().path)
        #expect(cache().load() == nil)
    }

    @Test(arguments: [
        "", "{", "[]", "{\"format\":1}", "\u{0}\u{0}", String(repeating: "x", count: 100_000),
    ])
    func aDamagedFileIsIgnoredAndReplaced(content: String) throws {
        #expect(cache().store(token) == nil)
        #expect(PrivateFile.replace(cache().path, with: Array(content.utf8)) == nil)
        #expect(cache().load() == nil)
        #expect(cache().store(token) == nil)
        #expect(cache().load() == token)
    }

    @Test func aTokenThatNoHeaderCanHoldIsIgnored() {
        var token = token
        token.access = "a\r\nX-Evil: 1"
        #expect(cache().store(token) == nil)
        #expect(cache().load() == nil)
    }

    @Test(arguments: [0o640, 0o604, 0o622, 0o666] as [mode_t])
    func aFileOpenToOthersIsIgnoredAndRepaired(mode: mode_t) throws {
        #expect(cache().store(token) == nil)
        chmod(cache().path, mode)
        #expect(cache().load() == nil)
        #expect(cache().store(token) == nil)
        #expect(try self.mode(cache().path) == 0o600)
        #expect(cache().load() == token)
    }

    @Test func aFolderOpenToOthersIsClosed() throws {
        #expect(cache().store(token) == nil)
        chmod(cache().directory, 0o777)
        #expect(cache().store(token) == nil)
        #expect(try mode(cache().directory) == 0o700)
    }

    @Test(.enabled(if: geteuid() == 0, "only root can give files away"))
    func anotherUsersFileOrFolderIsIgnored() {
        #expect(cache().store(token) == nil)
        chown(cache().path, 65_534, 65_534)
        #expect(cache().load() == nil)
        #expect(cache().store(token) == nil)
        #expect(cache().load() == token)
        chown(cache().directory, 65_534, 65_534)
        #expect(cache().store(token)?.contains("another user") == true)
    }

    @Test func aLinkOrAPipeInTheFilesPlaceIsNotFollowed() throws {
        #expect(cache().store(token) == nil)
        let elsewhere = root + "/elsewhere.json"
        try FileManager.default.moveItem(atPath: cache().path, toPath: elsewhere)
        try FileManager.default.createSymbolicLink(atPath: cache().path, withDestinationPath: elsewhere)
        #expect(cache().load() == nil)
        cache().remove()
        mkfifo(cache().path, 0o600)
        #expect(cache().load() == nil)
        #expect(cache().store(token) == nil)
        #expect(cache().load() == token)
        #expect(FileManager.default.fileExists(atPath: elsewhere))
    }

    @Test func nothingPartialIsLeft() throws {
        for _ in 0..<5 { #expect(cache().store(token) == nil) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: cache().directory).count == 1)
    }

    @Test func aFailedWriteLeavesNothingPartialAndSaysWhy() throws {
        #expect(PrivateFile.makeDirectory(cache().path + "/occupied") == nil)
        #expect(cache().store(token)?.contains("cannot write") == true)
        #expect(try FileManager.default.contentsOfDirectory(atPath: cache().directory).count == 1)
    }

    @Test func aFolderThatCannotBeMadeIsAReasonAndNoError() {
        _ = FileManager.default.createFile(atPath: root, contents: Data())
        #expect(cache().store(token) != nil)
        #expect(cache().load() == nil)
    }

    @Test(
        arguments: [
            (["XDG_STATE_HOME": "/s", "HOME": "/h"], "/s/octovault"), (["HOME": "/h"], "/h/.local/state/octovault"),
            (["XDG_STATE_HOME": "relative", "HOME": "/h"], "/h/.local/state/octovault"), (["XDG_STATE_HOME": ""], nil),
            (["HOME": ""], nil), ([:], nil),
        ] as [([String: String], String?)])
    func theFolderFollowsTheXDGConvention(environment: [String: String], directory: String?) {
        #expect(TokenCache.stateDirectory(environment) == directory)
    }
}
