import Archive
import Foundation
import Records

/// What tells an increment from every other one of its task, whatever was learnt of it since it was taken.
struct IncrementKey: Sendable, Hashable {
    let after: String
    let capturedAt: Date
    let rows: Int
    let digest: RowsDigest

    init(_ increment: Manifest.Increment) {
        after = increment.after
        capturedAt = increment.capturedAt
        rows = increment.rows
        digest = increment.rowsDigest
    }
}

/// The increments of one task in one vault, as far as joining those of two needs it: no manifest is held.
struct IncrementChain: Sendable {
    /// One snapshot: an increment, or several that were compacted.
    struct Link: Sendable {
        let address: SnapshotAddress
        /// The manifest file's own checksum.
        let sha256: String
        let state: SnapshotState
        let rows: Int
        let isCompacted: Bool
        let increments: [(key: IncrementKey, through: String)]

        init(_ manifest: Manifest, at address: SnapshotAddress, sha256: String) {
            self.address = address
            self.sha256 = sha256
            state = manifest.state
            rows = manifest.rows
            isCompacted = !manifest.increments.isEmpty
            increments = manifest.increments().map { (key: IncrementKey($0), through: $0.through) }
        }

        var keys: [IncrementKey] { increments.map(\.key) }
    }

    /// In the order of their names, which is that of taking.
    private(set) var links: [Link] = []
    private(set) var keys: Set<IncrementKey> = []

    mutating func append(_ link: Link) {
        links.append(link)
        keys.formUnion(link.keys)
    }

    mutating func sort() { links.sort { $0.address.name < $1.address.name } }

    var rows: Int { Manifest.sum(links.map(\.rows)) }

    /// Whether no row of an increment that only one of the two has can be in one that only the other has, as their
    /// cursors tell.
    ///
    /// Cursors that are whole numbers are ranges. Of others it is known only that what begins where all of the other's
    /// end is behind them. What is not proven tells nothing: it may come from reading all rows once more.
    ///
    /// - Complexity: O(*n* log *n*).
    func isApart(from other: IncrementChain) -> Bool {
        guard let ours = ranges(besides: other.keys), let theirs = other.ranges(besides: keys) else { return false }
        if ours.isEmpty || theirs.isEmpty { return true }
        if ours.last?.through == theirs.first?.after || theirs.last?.through == ours.first?.after {
            if Self.isOneAfterTheOther(ours), Self.isOneAfterTheOther(theirs) { return true }
        }
        let all = ours.map { (range: $0, isOurs: true) } + theirs.map { (range: $0, isOurs: false) }
        guard all.allSatisfy({ CursorRange.isNumber($0.range.after) && CursorRange.isNumber($0.range.through) }) else {
            return false
        }
        let sorted = all.sorted { CursorRange.isBefore($0.range.after, $1.range.after) }
        // The furthest end of each side so far.
        var ends: [Bool: String] = [:]
        for (range, isOurs) in sorted {
            if let end = ends[!isOurs], CursorRange.isBefore(range.after, end) { return false }
            if ends[isOurs].map({ CursorRange.isBefore($0, range.through) }) ?? true { ends[isOurs] = range.through }
        }
        return true
    }

    /// The ranges of increments with rows that are not among `common`; nil where one of them tells nothing.
    private func ranges(besides common: Set<IncrementKey>) -> [(after: String, through: String)]? {
        var ranges: [(after: String, through: String)] = []
        for link in links {
            for (key, through) in link.increments where key.rows > 0 && !common.contains(key) {
                guard link.state != .unproven, key.after != through else { return nil }
                ranges.append((after: key.after, through: through))
            }
        }
        return ranges
    }

    private static func isOneAfterTheOther(_ ranges: [(after: String, through: String)]) -> Bool {
        zip(ranges, ranges.dropFirst()).allSatisfy { $0.through == $1.after }
    }
}
