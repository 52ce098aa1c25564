package import Records
package import StorageTime

/// Every default of job files, account files and the commands that do without them, in one place.
package enum JobDefaults {
    /// The account of jobs that name none, and the one that the environment describes.
    package static let account = "default"
    package static let source = RowSource.storageTime
    /// What a job may take; a lot is taken once, by its number.
    package static let sources = RowSource.allCases.filter { $0 != .lot }
    package static let timeZone = NamedZone.utc
    package static let window = Seconds(3600)
    package static let settle = Seconds(15 * 60)
    package static let recheck = Seconds(48 * 3600)
    /// How long after all rows of a task's increments were last read from the first one on that is done again.
    package static let walk = Seconds(7 * 86_400)
    package static let recheckRows = false
    package static let proof = Proof.oneAnswer
    package static let pageSize = 1000
    /// Rows a request for unexported rows, which are lost where its answer is.
    package static let unexportedPageSize = 100
    package static let concurrency = 4
    package static let timeout = Seconds(30 * 60)
    package static let overlap = Job.Overlap.skip
    /// From which failure in a row on failures are told.
    package static let afterFailures = 1

    package static let baseURL = "https://dataapi.octoparse.com"
    package static let baseURLOfToday = "https://openapi.octoparse.com"
    /// Requests a second of one account; 0 is no limit.
    package static let requestsPerSecond = 5.0
    package static let allowHTTP = false

    /// What a page may hold, by the API's own rule.
    package static let pageSizes = 1...1000
    /// Requests in flight that make sense against one account.
    package static let concurrencies = 1...64
    /// Failures in a row after which it makes sense to tell of one.
    package static let failuresInRow = 1...1000
    /// The greatest rate that may be asked for.
    package static let greatestRate = 10_000.0
}
