public import StorageTime

/// Every default of job files, account files and the commands that do without them, in one place.
public enum JobDefaults {
    /// The account of jobs that name none, and the one that the environment describes.
    public static let account = "default"
    public static let source = RowSource.storageTime
    public static let timeZone = NamedZone.utc
    public static let window = Seconds(3600)
    public static let settle = Seconds(15 * 60)
    public static let recheck = Seconds(48 * 3600)
    public static let recheckRows = false
    public static let proof = Job.Proof.oneAnswer
    public static let pageSize = 1000
    /// Rows a request for unexported rows, which are lost where its answer is.
    public static let unexportedPageSize = 100
    public static let concurrency = 4
    public static let timeout = Seconds(30 * 60)
    public static let overlap = Job.Overlap.skip

    public static let baseURL = "https://dataapi.octoparse.com"
    /// Requests a second of one account; 0 is no limit.
    public static let requestsPerSecond = 5.0
    public static let allowHTTP = false

    /// What a page may hold, by the API's own rule.
    public static let pageSizes = 1...1000
    /// Requests in flight that make sense against one account.
    public static let concurrencies = 1...64
    /// The greatest rate that may be asked for.
    public static let greatestRate = 10_000.0
}
