// Token file, one for each base URL and user: `tokens/<hash>.json` in octovault's state directory.
//
//   {"format":1,"host":"https://dataapi.octoparse.com","user":"…","access_token":"…","refresh_token":"…",
//    "expires_at":1795428900,"renew_at":1795428600}
//
// Times are seconds since 1970. A reader takes a file only if it is a regular file of its own user that nobody else can
// open, and names the same host and user; anything else counts as absent. A writer replaces the file as a whole.

import Foundation
import Records

/// Keeps one account's token between runs. It is a convenience: whatever goes wrong, the account logs in again.
struct TokenCache: Sendable {
    /// The folder, which is this cache's alone and is kept at mode 0700.
    let directory: String
    /// The program's own folder around it; nil where that may be anybody's.
    var state: String?
    let host: String
    let user: String

    /// - Returns: nil where the configuration wants no cache or names no place for one.
    init?(_ configuration: APIConfiguration, host: String) {
        guard configuration.cachesTokens,
            let state = configuration.tokenCacheDirectory ?? Self.stateDirectory(configuration.environment)
        else { return nil }
        self.init(directory: state + "/tokens", host: host, user: configuration.username)
        self.state = configuration.tokenCacheDirectory == nil ? state : nil
    }

    init(directory: String, host: String, user: String) {
        self.directory = directory
        self.host = host
        self.user = user
    }

    /// `octovault` in the XDG base directories' state home; a relative one is to be ignored.
    static func stateDirectory(_ environment: [String: String]) -> String? {
        if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") { return state + "/octovault" }
        if let home = environment["HOME"], home.hasPrefix("/") { return home + "/.local/state/octovault" }
        return nil
    }

    /// The name tells neither host nor user, and is short whatever they are. It needs no more than to be spread well:
    /// the file names both, so that a collision costs a log-in and nothing else.
    var path: String {
        // FNV-1a of 128 bits.
        var hash: UInt128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d
        for byte in Array(host.utf8) + [0] + Array(user.utf8) {
            hash = (hash ^ UInt128(byte)) &* 0x0000_0000_0100_0000_0000_0000_0000_013B
        }
        let digits = String(hash, radix: 16)
        return "\(directory)/\(String(repeating: "0", count: 32 - digits.count))\(digits).json"
    }

    private struct Record: Codable {
        var format = 1
        var host: String
        var user: String
        var access_token: String
        var refresh_token: String?
        var expires_at: Double
        var renew_at: Double
    }

    /// - Returns: the token, which may have expired; nil where there is none to be trusted.
    func load() -> Token? {
        guard let bytes = PrivateFile.read(path, atMost: 64 << 10),
            let record = try? JSONDecoder().decode(Record.self, from: Data(bytes)),
            record.format == 1, record.host == host, record.user == user,
            !record.access_token.isEmpty, record.access_token.utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
            record.expires_at.isFinite, record.renew_at.isFinite, record.renew_at <= record.expires_at
        else { return nil }
        return Token(
            access: record.access_token, refresh: record.refresh_token.flatMap { $0.isEmpty ? nil : $0 },
            expiresAt: Date(timeIntervalSince1970: record.expires_at),
            renewAt: Date(timeIntervalSince1970: record.renew_at))
    }

    /// - Returns: nil for success, else what went wrong.
    func store(_ token: Token) -> String? {
        let record = Record(
            host: host, user: user, access_token: token.access, refresh_token: token.refresh,
            expires_at: token.expiresAt.timeIntervalSince1970, renew_at: token.renewAt.timeIntervalSince1970)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(record) else { return "the token cannot be encoded" }
        if let problem = PrivateFile.makeDirectory(directory) { return problem }
        // Whoever can write to the folder around it could put another one in its place.
        state.map(PrivateFile.withdraw)
        return PrivateFile.replace(path, with: Array(data))
    }

    func remove() {
        _ = unlink(path)
    }
}
