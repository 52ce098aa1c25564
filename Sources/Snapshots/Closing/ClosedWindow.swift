import StorageTime

/// A window that was read, or is covered: what it adds to the sum of an enclosing count.
struct ClosedWindow: Sendable, Hashable {
    let window: Window
    /// Rows stored in the window, without those at its end.
    let rows: Int
    let edgeRows: Int
    /// Whether its end was not asked for, since the next window's answer has no row in common with its own.
    var isEndCompared = false

    /// What the server counts in the window.
    var total: Int { rows.adding(held: edgeRows) }
}
