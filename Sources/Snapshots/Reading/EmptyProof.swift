import StorageTime

/// Whether a window without rows is proven empty: it is while the cloud still holds an older row of the task.
struct EmptyProof: Sendable, Hashable {
    /// What is known so far in this run; windows come oldest first, so a row seen stays an older row.
    private var hasOlderRow: Bool?

    /// A window was seen to hold rows.
    mutating func sawRows() {
        hasOlderRow = true
    }

    /// Whether the cloud holds a row older than a window, asking at most once a run.
    mutating func isProven(_ countOlder: () async throws -> Int) async throws -> Bool {
        if let hasOlderRow { return hasOlderRow }
        let isProven = try await countOlder() > 0
        hasOlderRow = isProven
        return isProven
    }

    /// Where the count of older rows begins: no row was stored before.
    static let beginning = StorageInstant(year: 1970, month: 1, day: 1) ?? .earliest
}
