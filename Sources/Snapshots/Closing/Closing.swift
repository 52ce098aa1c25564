import StorageTime

/// The sum that closes neighbouring windows: one count over all of them must be the rows of each plus what stands at
/// the last one's end.
enum Closing {
    /// What a single count from the first window's start to the last one's end must give.
    ///
    /// - Precondition: the windows join, oldest first, and there is at least one.
    static func expectedTotal(of windows: some Collection<(rows: Int, edgeRows: Int)>) -> Int {
        var sum = 0
        var edge = 0
        for window in windows {
            sum.add(held: window.rows)
            edge = window.edgeRows
        }
        return sum.adding(held: edge)
    }
}
