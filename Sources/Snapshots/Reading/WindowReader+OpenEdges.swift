import OctoparseAPI
import StorageTime

/// Edges with no covered window on their other side.
///
/// An enclosing count shows rows at the edges inside it, whatever the server does at those of an interval. At the two
/// outer ones nothing contradicts a server that leaves edges out now and then: it says that no row is stored at a
/// window's end, and the rows there stay in the window that the next one also holds; or it leaves them out of the
/// answer and of the count. So these edges are asked about again, and such a server would have to do it each time.
extension WindowReader {
    /// What the server counts in a window, or in windows that join, held against what is expected.
    ///
    /// It is asked for again where the server is doubted, or where nothing else would show that it is too small.
    ///
    /// - Parameters:
    ///   - mayBalance: whether rows that stand in two of several windows may make up for others that are left out.
    ///   - isOpenAtStart: whether nothing vouches for the rows at `from`.
    /// - Returns: the most that the server says; it is asked no more once that exceeds what is expected.
    func count(
        from: StorageInstant, to: StorageInstant, expected: Int, mayBalance: Bool, isOpenAtStart: Bool
    ) async throws -> Int {
        let doubt = serverTrust.doubt
        let asks = isOpenAtStart ? 3 + doubt : mayBalance ? max(2, 1 + doubt) : max(1, doubt)
        return try await largestCount(from: from, to: to, asks: asks) { $0 > expected }
    }

    /// How many rows are stored from `from` up to `end`, whatever the server says of `end` itself: what it counts up to
    /// a second later, less what it counts in that second.
    ///
    /// - Parameter isOpenAtStart: whether nothing vouches for the rows at `from` either.
    func countUpToOpenEnd(
        from: StorageInstant, _ end: StorageInstant, expected: Int, isOpenAtStart: Bool
    ) async throws -> Int {
        let beyond = end.advanced(by: 1)
        let doubt = serverTrust.doubt
        let all = try await largestCount(from: from, to: beyond, asks: isOpenAtStart ? 3 + doubt : 1) { _ in false }
        guard all > 0 else { return 0 }
        return try await all - largestCount(from: end, to: beyond, asks: 2 + doubt) { all - $0 < expected }
    }

    private func largestCount(
        from: StorageInstant, to: StorageInstant, asks: Int, until isEnough: (Int) -> Bool
    ) async throws -> Int {
        var most = 0
        for _ in 0..<asks where !isEnough(most) { most = max(most, try await count(from: from, to: to).total) }
        return most
    }
}
