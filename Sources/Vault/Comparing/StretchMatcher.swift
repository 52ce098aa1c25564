import Archive
import StorageTime

/// Puts two vaults' units beside each other: window beside window where both are cut alike, and else the shortest
/// stretch at whose ends both have an edge, with the sums over it. Captures go by their names.
struct StretchMatcher {
    enum Match: Sendable {
        case onlyA(RowsUnit)
        case onlyB(RowsUnit)
        case both(RowsUnit, RowsSum, RowsSum)
    }

    private(set) var a: UnitCursor
    private(set) var b: UnitCursor

    init(_ a: UnitCursor, _ b: UnitCursor) {
        self.a = a
        self.b = b
    }

    /// The next match, by folder, then by time; nil at the end.
    mutating func next() throws(VaultError) -> Match? {
        guard let left = a.next else { return try b.take().map(Match.onlyB) }
        guard let right = b.next else { return try a.take().map(Match.onlyA) }
        guard left.folder == right.folder else {
            return PathOrder.isAscending(left.folder, right.folder) ? try takeA() : try takeB()
        }
        guard case .window(let one) = left.name, case .window(let two) = right.name else {
            if left.name == right.name { return try takeBoth(left) }
            return left.name.stem.utf8.lexicographicallyPrecedes(right.name.stem.utf8) ? try takeA() : try takeB()
        }
        if one.overlaps(two) { return try takeBoth(left) }
        return one.from < two.from ? try takeA() : try takeB()
    }

    private mutating func takeA() throws(VaultError) -> Match? { try a.take().map(Match.onlyA) }
    private mutating func takeB() throws(VaultError) -> Match? { try b.take().map(Match.onlyB) }

    private mutating func takeBoth(_ first: RowsUnit) throws(VaultError) -> Match? {
        guard let one = try a.take(), let two = try b.take() else { return nil }
        var (left, right) = (RowsSum(one), RowsSum(two))
        while true {
            if let unit = a.next, left.isFollowed(by: unit, before: right) {
                left.add(unit)
                _ = try a.take()
            } else if let unit = b.next, right.isFollowed(by: unit, before: left) {
                right.add(unit)
                _ = try b.take()
            } else {
                return .both(first, left, right)
            }
        }
    }
}

/// The sum of neighbouring units: rows add up, and so do digests.
struct RowsSum: Sendable, Hashable {
    private(set) var first: SnapshotName
    private(set) var windows = 1
    private(set) var rows: Int
    private(set) var digest: RowsDigest
    private(set) var pruned: Int
    /// Whether the units join without gap and overlap.
    private(set) var isWhole = true
    private let folder: String
    /// From the first unit's start to the last end; nil for a capture.
    private(set) var range: Window?

    init(_ unit: RowsUnit) {
        first = unit.name
        rows = unit.rows
        digest = unit.digest
        pruned = unit.isPruned ? 1 : 0
        folder = unit.folder
        range = unit.name.window
    }

    mutating func add(_ unit: RowsUnit) {
        windows += 1
        rows.add(held: unit.rows)
        digest.add(unit.digest)
        pruned += unit.isPruned ? 1 : 0
        guard let window = unit.name.window, let known = range else { return }
        if window.from != known.to { isWhole = false }
        range = (try? Window(from: min(known.from, window.from), to: max(known.to, window.to))) ?? known
    }

    /// Whether `unit` is this side's next one and begins before the other side's sum ends.
    func isFollowed(by unit: RowsUnit, before other: RowsSum) -> Bool {
        guard unit.folder == folder, let window = unit.name.window, let own = range, let theirs = other.range else {
            return false
        }
        return window.from < theirs.to || window.from < own.to
    }
}
