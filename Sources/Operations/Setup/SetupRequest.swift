import Foundation
import Jobs
import Records

/// What `octovault init` is told, by flags or by answers. Nil means: keep what is there, or choose.
package struct SetupRequest: Sendable, Hashable {
    /// Where the folder of job files goes.
    package var folder: String
    /// The account's name in `accounts.yaml`.
    package var account: String
    /// The job's name.
    package var job: String
    package var baseURL: String?
    package var username: String?
    package var password: String?
    /// Stands for a user and a password; for the API of today.
    package var apiKey: String?
    /// Which API the host speaks, as the account's file names it; nil is what the host's name says.
    package var api: String?
    package var timeZone: String?
    package var allowHTTP: Bool
    package var requestsPerSecond: Double?
    package var window: String?
    package var schedule: String?
    /// The first day that the job backs up, in storage time.
    package var start: String?
    /// Whether the server is asked how it counts intervals and what time it has there.
    package var probes = true

    package init(folder: String, account: String = "default", job: String = "backup", allowHTTP: Bool = false) {
        self.folder = folder
        self.account = account
        self.job = job
        self.allowHTTP = allowHTTP
    }

    package var jobsFolder: String { folder == "." ? "jobs" : "\(folder)/jobs" }

    /// Whether the host speaks the API of today, where a key may stand for a user and a password.
    package var takesKey: Bool {
        if let api { return api == APIDialect.openAPI.rawValue }
        let host = baseURL.flatMap { URLComponents(string: $0)?.host }
        return APIDialect(host: host ?? "") == .openAPI
    }

    package var vault: String { folder == "." ? "vault" : "\(folder)/vault" }
}
