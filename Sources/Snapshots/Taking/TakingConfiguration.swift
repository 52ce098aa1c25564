package import Records
import StorageTime

/// How windows are taken.
package struct TakingConfiguration: Sendable {
    /// Rows asked for in one answer, 1 to 1000.
    package var pageSize: Int
    /// Windows, and pieces of one window, that are in flight at a time.
    package var concurrency: Int
    /// How a window's completeness is proven, one of ``Records/Proof/choices``.
    package var proof: Proof
    /// How the server counts an interval's edges, where the account says so.
    package var interval: IntervalConvention
    /// How often an answer, a piece or a window is tried again before it is given up as unstable.
    package var attempts: Int
    /// The pause before a window is tried again; it doubles from one attempt to the next.
    package var retryPause: Duration
    /// How many neighbouring windows one enclosing count closes.
    package var closingBatch: Int
    /// zlib's level for archives.
    package var compressionLevel: Int
    /// The most requests for one window, one capture's pass, or one task's account of rows. At five a second, a million
    /// take more than two days.
    var mostRequests = 1_000_000
    /// After how many answers in a row that lead no lower a drain ends: rows come as fast as they are drained, or the
    /// server gives the same ones again and again.
    var mostAnswersWithoutFall = 256

    package init(
        pageSize: Int = 1000, concurrency: Int = 4, proof: Proof = .oneAnswer,
        interval: IntervalConvention = .unknown, attempts: Int = 3, retryPause: Duration = .seconds(1),
        closingBatch: Int = 8, compressionLevel: Int = 6
    ) {
        self.pageSize = pageSize
        self.concurrency = concurrency
        self.proof = proof
        self.interval = interval
        self.attempts = attempts
        self.retryPause = retryPause
        self.closingBatch = closingBatch
        self.compressionLevel = compressionLevel
    }
}
