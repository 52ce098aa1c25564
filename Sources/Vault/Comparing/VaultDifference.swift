package import Archive
package import Foundation
package import Records
package import StorageTime

/// How two vaults differ, or two lists of their manifests: by rows and digests, window by window.
///
/// Memory grows with what differs, and with how often same and different alternate.
package struct VaultDifference: Sendable {
    /// Which storage time, or which moments of captures, something is about.
    package enum Extent: Sendable, Hashable {
        case windows(Window)
        case captures(first: Date, last: Date)
    }

    /// Neighbouring windows, or captures that follow each other.
    package struct Stretch: Sendable, Hashable {
        package let task: TaskID
        package let source: RowSource
        package internal(set) var extent: Extent
        package internal(set) var windows: Int
        package internal(set) var rows: Int
    }

    /// What one of the two has of a stretch.
    package struct Side: Sendable, Hashable {
        package let windows: Int
        package let rows: Int
        package let digest: RowsDigest
        /// Windows whose rows a keep rule removed.
        package let pruned: Int
    }

    /// Why a stretch counts as different.
    package enum Reason: String, Sendable, Hashable, CaseIterable {
        /// The rows are others.
        case rows
        /// The windows do not cover the same time, so that their rows cannot be compared; or one vault's overlap.
        case coverage
        /// The rows were the same, and one of the two has pruned them.
        case pruned
    }

    /// The shortest stretch around a difference at whose ends both have an edge.
    package struct Difference: Sendable, Hashable {
        package let task: TaskID
        package let source: RowSource
        package let extent: Extent
        package let reason: Reason
        package let a: Side
        package let b: Side
    }

    package internal(set) var same: [Stretch] = []
    package internal(set) var onlyA: [Stretch] = []
    package internal(set) var onlyB: [Stretch] = []
    package internal(set) var different: [Difference] = []
    /// Manifests that do not read.
    package internal(set) var damagedA: [Damage] = []
    package internal(set) var damagedB: [Damage] = []

    package init() {}

    package var isEqual: Bool {
        onlyA.isEmpty && onlyB.isEmpty && different.isEmpty && damagedA.isEmpty && damagedB.isEmpty
    }

    /// Compares two lists from end to end.
    ///
    /// - Parameter range: only windows that overlap it; nil for all.
    /// - Throws: ``VaultError``, `CancellationError`.
    /// - Complexity: O(*n*) in manifests.
    package init(
        _ a: any ManifestList, _ b: any ManifestList, in range: Window? = nil,
        progress: (VaultDifference) -> Void = { _ in }
    ) throws {
        var matcher = StretchMatcher(try UnitCursor(a, in: range), try UnitCursor(b, in: range))
        while let match = try matcher.next() {
            try Task.checkCancellation()
            add(match)
            progress(self)
        }
        damagedA = matcher.a.damaged
        damagedB = matcher.b.damaged
    }
}

extension VaultDifference {
    mutating func add(_ match: StretchMatcher.Match) {
        switch match {
        case .onlyA(let unit): Self.append(Stretch(unit), to: &onlyA)
        case .onlyB(let unit): Self.append(Stretch(unit), to: &onlyB)
        case .both(let unit, let a, let b):
            guard let reason = Self.reason(a, b) else {
                var stretch = Stretch(unit)
                stretch.extent = Extent(a)
                stretch.windows = max(a.windows, b.windows)
                stretch.rows = a.rows
                return Self.append(stretch, to: &same)
            }
            different.append(
                Difference(
                    task: unit.task, source: unit.source, extent: Extent(a).union(Extent(b)), reason: reason,
                    a: Side(a), b: Side(b)))
        }
    }

    /// Why the two are not the same; nil where they are.
    private static func reason(_ a: RowsSum, _ b: RowsSum) -> Reason? {
        if a.range != b.range || !a.isWhole || !b.isWhole { return .coverage }
        if a.rows != b.rows || a.digest != b.digest { return .rows }
        let isPrunedAlike = (a.pruned == 0) == (b.pruned == 0) && (a.pruned == a.windows) == (b.pruned == b.windows)
        return isPrunedAlike ? nil : .pruned
    }

    private static func append(_ stretch: Stretch, to list: inout [Stretch]) {
        guard var last = list.last, last.task == stretch.task, last.source == stretch.source,
            last.extent.join(stretch.extent)
        else { return list.append(stretch) }
        last.windows += stretch.windows
        last.rows.add(held: stretch.rows)
        list[list.count - 1] = last
    }
}

extension VaultDifference.Stretch {
    init(_ unit: RowsUnit) {
        self.init(
            task: unit.task, source: unit.source, extent: VaultDifference.Extent(RowsSum(unit)), windows: 1,
            rows: unit.rows)
    }
}

extension VaultDifference.Side {
    init(_ sum: RowsSum) {
        self.init(windows: sum.windows, rows: sum.rows, digest: sum.digest, pruned: sum.pruned)
    }
}
