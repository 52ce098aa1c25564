import StorageTime

/// Rows made to be hard to back up, by name. All lie between 2013-01-01 00:00:00 and 2013-01-03 00:00:00.
package enum RowRecipe: String, Sendable, Hashable, CaseIterable {
    /// 2,500 rows in one second of 2013-01-01, more than a page, among 200 others over the two days.
    case burst
    /// Three rows at each full hour, on the very first millisecond, and one a millisecond before it.
    case edges
    /// 300 rows that are all alike, in 40 instants over the two days, and 50 pairs, each of one instant.
    case identical
    /// Cells that break readers: see ``HostileRows/exact``, each several times over the two days.
    case hostile
    /// 500 rows whose keys come, go and change places.
    case drifting
    /// All of the above.
    case mixed

    /// When the rows begin.
    package static let from = midnight(day: 1)
    /// When they end; rows are stored at it, but none after.
    package static let to = midnight(day: 3)

    private static func midnight(day: Int) -> StoredTime {
        StoredTime(StorageInstant(year: 2013, month: 1, day: day) ?? .earliest)
    }

    /// The same seed makes the same rows, in no order of time.
    package func rows(seed: UInt64 = 1) -> [StoredRow] {
        var maker = RowMaker(seed: seed)
        add(to: &maker)
        return maker.rows
    }

    private func add(to maker: inout RowMaker) {
        switch self {
        case .burst:
            maker.spread(200, from: Self.from, to: Self.to)
            maker.burst(2500, at: maker.time(from: Self.from, to: Self.from.advanced(byMilliseconds: 86_000_000)))
        case .edges: maker.onEdges(every: 3600, from: Self.from, to: Self.to, rows: 3)
        case .identical:
            maker.identical(300, from: Self.from, to: Self.to, instants: 40)
            for _ in 0..<50 { maker.identical(2, from: Self.from, to: Self.to, instants: 1) }
        case .hostile:
            for _ in 0..<4 { maker.hostile(from: Self.from, to: Self.to) }
        case .drifting: maker.drifting(500, from: Self.from, to: Self.to)
        case .mixed:
            for recipe in Self.allCases where recipe != .mixed { recipe.add(to: &maker) }
        }
    }
}
