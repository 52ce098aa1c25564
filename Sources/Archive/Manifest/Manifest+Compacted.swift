import Algorithms
import Records
package import StorageTime

extension Manifest {
    /// The windows that it stands for, as parts of a compacted manifest; none for a capture.
    ///
    /// - Parameter firstMember: where its members begin in the compacted archive.
    package func windows(firstMember: Int = 0) -> [Part] {
        guard parts.isEmpty else {
            return parts.map { part in
                var part = part
                let first = part.members.lowerBound + firstMember
                part.members = first..<(first + part.members.count)
                return part
            }
        }
        return Part(self, firstMember: firstMember).map { [$0] } ?? []
    }

    /// The part that is of a window; nil where there is none.
    ///
    /// - Complexity: O(log *n*) in the parts.
    package func part(of window: Window) -> Part? { partIndex(of: window).map { parts[$0] } }

    package func partIndex(of window: Window) -> Int? {
        let index = parts.partitioningIndex { $0.window >= window }
        return index < parts.count && parts[index].window == window ? index : nil
    }

    /// Whether this manifest holds all that another one says, which it names among those that it replaces: of each of
    /// its windows the same rows. Then the other may go.
    package func standsFor(_ other: Manifest) -> Bool {
        if !increments.isEmpty { return standsFor(increments: other) }
        guard let window = other.window, replaces.contains(SnapshotName.window(window).manifestName),
            other.task == task, other.source == source, other.host == host, other.superseded.isEmpty
        else { return false }
        return other.windows().allSatisfy { theirs in
            guard let own = part(of: theirs.window) else { return false }
            return own.rows == theirs.rows && own.rowsDigest == theirs.rowsDigest
                && (own.state == .pruned) == (theirs.state == .pruned)
        }
    }

    /// A part as a manifest of its own, as it is before a revision of it is taken. Its archive is the compacted one,
    /// less the other parts' members.
    package init?(part window: Window, of day: Manifest) {
        guard let part = day.part(of: window) else { return nil }
        self = day
        self.window = window
        evidence = part.evidence
        facts = part.facts
        rowsDigest = part.rowsDigest
        archive = part.members.isEmpty ? nil : day.archive
        if let members = archive?.members[part.members] {
            archive?.members = Array(members)
            archive?.bytes = members.reduce(0) { $0 + $1.bytes }
            archive?.uncompressedBytes = members.reduce(0) { $0 + $1.uncompressedBytes }
        }
        absent = part.absent
        superseded = []
        replaces = []
        parts = []
        isEdgeOnly = false
    }

    /// Makes what the manifest says of the whole what its parts add up to; the archive and its columns aside.
    package mutating func sumUpParts() {
        guard let first = parts.first, let last = parts.last else { return }
        state = Self.state(of: parts)
        timeZone = parts.allSatisfy { $0.timeZone == first.timeZone } ? first.timeZone : nil
        convention =
            parts.contains { $0.convention == .closed }
            ? .closed : parts.allSatisfy { $0.convention == first.convention } ? first.convention : .unknown
        isConventionAssumed = parts.contains { $0.isConventionAssumed }
        let weaker: [Proof] = [.totals, .twoPasses]
        proof = weaker.first { proof in parts.contains { $0.proof == proof } } ?? .oneAnswer
        capturedAt = parts.reduce(first.capturedAt) { max($0, $1.capturedAt) }
        let counts = parts.compactMap(\.recheckedAt)
        recheckedAt = counts.count == parts.count ? counts.min() : nil
        edgeRows = last.edgeRows
        total = Self.sum(parts.map { $0.total - $0.edgeRows } + [last.edgeRows])
        kept = Self.sum(parts.map(\.kept))
        absent = nil
        rows = Self.sum(parts.map(\.rows))
        rowsDigest = parts.reduce(into: RowsDigest()) { $0.add($1.rowsDigest) }
    }

    /// The largest number that a manifest holds, which has 15 digits.
    package static let mostDigits = 999_999_999_999_999

    /// A sum that a manifest can hold. Only what pruned windows state is not bounded by their archives.
    package static func sum(_ counts: [Int]) -> Int { min(counts.heldSum { $0 }, mostDigits) }

    private static func state(of parts: [Part]) -> SnapshotState {
        let withRows = parts.filter { $0.rows > 0 }
        if withRows.contains(where: { $0.state == .pruned }) { return .pruned }
        if withRows.isEmpty { return parts.allSatisfy { $0.state == .empty } ? .empty : .unproven }
        return withRows.contains { $0.state == .unproven } ? .unproven : .sealed
    }
}
