package import Foundation
package import Records
import StorageTime

/// Everything that can be set about a sandbox, with its defaults.
package struct SandboxConfiguration: Sendable {
    /// The port to listen on at 127.0.0.1; 0 takes a free one.
    package var port: Int
    /// Names in `Host` and `Origin` headers that are accepted beside those of loopback; a page from anywhere else is
    /// refused.
    package var hosts: [String]
    /// The one account's user name.
    package var username: String
    /// The one account's password.
    package var password: String
    /// How long an access token is accepted, in whole seconds; what `expires_in` says.
    package var tokenLifetime: Int
    /// Whether a refresh grant answers with a new refresh token and refuses the old one from then on.
    package var rotatesRefreshTokens: Bool
    /// Whether `expires_in` and the totals of pages are text, as newer hosts send them.
    package var sendsNumbersAsText: Bool
    /// The tasks served. Without one, the embedded weather sample is.
    package var tasks: [TaskSpecification]
    /// The task groups. Tasks in none of them are in group 84, "Samples".
    package var groups: [GroupSpecification]
    /// Which edges of `from … to` count as inside.
    package var bounds: IntervalConvention
    /// Whether rows of one and the same second come in another order at each request.
    package var shufflesTies: Bool
    /// Where the order of shuffled rows and the chances of faults start from: the same seed plays the same.
    package var seed: UInt64
    /// The zone whose wall time is storage time. The `Date` header does not depend on it.
    package var timeZone: TimeZone
    /// How many rows a second each task stores, from the start on, cycling the rows it began with; 0 stores none.
    package var liveRowsPerSecond: Double
    /// The share of live rows, 0 to 1, that are first seen later than their storage time.
    package var lateShare: Double
    /// How many seconds late they are at most; which ones, and how late, the seed decides.
    package var latestBy: Double
    /// How many seconds of storage time the cloud keeps rows, counted back from now; nil for ever. Older ones are gone,
    /// from every source, with the second.
    package var retention: Double?
    /// Whether answers are compressed for clients that accept gzip.
    package var compresses: Bool
    /// Whether errors of the API (not of HTTP) come with status 200, which its page does not rule out.
    package var sendsErrorsWithStatus200: Bool
    /// Most bytes that finished pages are kept in, so that asking again costs no work; 0 keeps none.
    package var cacheBytes: Int
    /// How many of the last requests ``SandboxStore/log`` remembers.
    package var logCapacity: Int
    /// The faults played from the start on.
    package var faults: FaultPlan
    /// Which API is spoken; the later paths of the older one beside it.
    package var api: SandboxAPI
    package var openAPI: OpenAPISettings
    /// What time it is, for tokens and live rows.
    package var now: @Sendable () -> Date

    package init(
        port: Int = 0,
        hosts: [String] = [],
        username: String = "sandbox",
        password: String = "sandbox",
        tokenLifetime: Int = 86_399,
        rotatesRefreshTokens: Bool = true,
        sendsNumbersAsText: Bool = false,
        tasks: [TaskSpecification] = [],
        groups: [GroupSpecification] = [],
        bounds: IntervalConvention = .closed,
        shufflesTies: Bool = false,
        seed: UInt64 = 1,
        timeZone: TimeZone = .gmt,
        liveRowsPerSecond: Double = 0,
        lateShare: Double = 0,
        latestBy: Double = 60,
        retention: Double? = nil,
        compresses: Bool = true,
        sendsErrorsWithStatus200: Bool = false,
        cacheBytes: Int = 256 << 20,
        logCapacity: Int = 10_000,
        faults: FaultPlan = FaultPlan(),
        api: SandboxAPI = .dataExport,
        openAPI: OpenAPISettings = OpenAPISettings(),
        now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.port = port
        self.hosts = hosts
        self.username = username
        self.password = password
        self.tokenLifetime = tokenLifetime
        self.rotatesRefreshTokens = rotatesRefreshTokens
        self.sendsNumbersAsText = sendsNumbersAsText
        self.tasks = tasks
        self.groups = groups
        self.bounds = bounds
        self.shufflesTies = shufflesTies
        self.seed = seed
        self.timeZone = timeZone
        self.liveRowsPerSecond = liveRowsPerSecond
        self.lateShare = lateShare
        self.latestBy = latestBy
        self.retention = retention
        self.compresses = compresses
        self.sendsErrorsWithStatus200 = sendsErrorsWithStatus200
        self.cacheBytes = cacheBytes
        self.logCapacity = logCapacity
        self.faults = faults
        self.api = api
        self.openAPI = openAPI
        self.now = now
    }

    /// - Throws: ``SandboxError/Code/badSetting``, naming the first value outside its range.
    func validate() throws(SandboxError) {
        guard (0...65_535).contains(port) else {
            throw SandboxError(
                .badSetting, "\(port) is not a port", hint: "a port is 0 to 65535; 0 takes a free one")
        }
        guard bounds != .unknown else {
            throw SandboxError(
                .badSetting, "the sandbox cannot serve an unknown interval convention",
                hint: "choose closed, half-open or left-open")
        }
        guard tokenLifetime >= 0 else {
            throw SandboxError(.badSetting, "a token cannot live for \(tokenLifetime) seconds")
        }
        guard liveRowsPerSecond >= 0, liveRowsPerSecond <= 100_000 else {
            throw SandboxError(
                .badSetting, "\(liveRowsPerSecond) rows a second cannot be stored",
                hint: "choose 0 to 100000")
        }
        guard (0...1).contains(lateShare), (0...1e9).contains(latestBy) else {
            throw SandboxError(
                .badSetting, "\(lateShare) of the live rows cannot be up to \(latestBy) seconds late",
                hint: "the share is 0 to 1, the seconds are not negative")
        }
        guard retention.map({ (0...1e11).contains($0) }) ?? true else {
            throw SandboxError(.badSetting, "rows cannot be kept for \(retention ?? 0) seconds")
        }
    }
}
