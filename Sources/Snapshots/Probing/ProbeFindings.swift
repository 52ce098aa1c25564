import Records
import StorageTime

/// What a probe's observations mean. Made without asking anything.
///
/// Counts tell a closed and an open convention for certain, once an edge is found at which rows are stored. Half-open
/// and left-open differ by nothing that can be counted: a server that counts `[from, to)` answers as one that counts
/// `(from, to]` does over the same rows stored a second later. Nor does a one-sided convention differ from any other
/// over rows stored at fractions of a second. What remains is likelihood: rows on the very hour were hardly stored a
/// second beside it.
package struct ProbeFindings: Sendable, Hashable {
    /// How the server counts an interval's edges.
    package enum Interval: String, Sendable, Hashable, CaseIterable {
        case closed
        /// Likely, by rows on the hour.
        case halfOpen = "half-open"
        /// Likely, by rows on the hour.
        case leftOpen = "left-open"
        /// Half-open or left-open, or no row was stored at a whole second.
        case oneSided = "one-sided"
        /// Rows at either edge are in no interval that ends or begins there.
        case open
        /// Not seen.
        case unknown
    }

    package enum Instants: String, Sendable, Hashable { case accepted, refused, unknown }

    /// What a page's `total` counts.
    package enum Total: String, Sendable, Hashable { case query, task, unknown }

    package enum Order: String, Sendable, Hashable {
        /// The same page came in the same order twice.
        case stable
        case unstable
        case unknown
    }

    /// By how much the server's wall clock is ahead of UTC.
    package struct Offset: Sendable, Hashable {
        /// A multiple of a quarter of an hour.
        package let seconds: Int
        /// Whether it is just that, since rows came in while the probe looked; else it is that or more.
        package let isExact: Bool
    }

    package let interval: Interval
    package let instants: Instants
    /// Whether `from` and `to` choose rows at all; nil where the task has none.
    package let heedsInterval: Bool?
    package let total: Total
    /// Whether rows are stored at fractions of a second; false is as far as one second shows, nil not seen.
    package let isSubSecond: Bool?
    package let order: Order
    /// Whether the page asked for twice held rows of one and the same second.
    package let sawTies: Bool
    package let offset: Offset?
    /// Rows of the task, by the first answer that told.
    package let taskTotal: Int

    package init(_ observations: ProbeObservations) {
        taskTotal = observations.taskTotals.first ?? 0
        let far = observations.evidence.first { $0.step == .farFuture }
        heedsInterval = taskTotal == 0 ? nil : far.map { $0.rows == 0 }
        total = Self.total(observations, taskTotal)
        instants =
            observations.refusal != nil
            ? .refused
            : observations.evidence.contains { $0.step == .edges && $0.from == $0.to } ? .accepted : .unknown
        let edges = observations.edges.map { Edge($0, observations) }
        interval = heedsInterval == true && total != .task ? Self.interval(edges) : .unknown
        isSubSecond = Self.isSubSecond(interval, edges, observations)
        (order, sawTies) = Self.order(observations.repetition)
        offset = Self.offset(observations)
    }

    /// The account's line on how edges are counted; nil where none is wanted or none would be true.
    ///
    /// A server that takes instants needs none. Where half-open and left-open cannot be told apart, left-open is the
    /// careful word: it has one window more taken at the first edge.
    package var intervalLine: String? {
        switch interval {
        case .closed, .halfOpen, .leftOpen: "interval: \(interval.rawValue)"
        case .oneSided: instants == .refused ? "interval: left-open" : nil
        case .open, .unknown: nil
        }
    }

    /// The account's line on the server's zone; nil where it is not known for certain, or no zone is named so simply.
    package var timeZoneLine: String? {
        guard let offset, offset.isExact else { return nil }
        if offset.seconds == 0 { return "time_zone: UTC" }
        if offset.seconds == 8 * 3600 { return "time_zone: Asia/Shanghai" }
        guard offset.seconds % 3600 == 0 else { return nil }
        // The signs of these zones are the other way round.
        let hours = offset.seconds / 3600
        return "time_zone: Etc/GMT\(hours > 0 ? "-" : "+")\(abs(hours))"
    }
}

extension ProbeFindings {
    /// What was counted around one instant.
    struct Edge {
        let at: StorageInstant
        /// The instant itself.
        let instant: Int?
        let left: Int?
        let right: Int?
        let both: Int?

        init(_ at: StorageInstant, _ observations: ProbeObservations) {
            self.at = at
            let (before, after) = (at.advanced(by: -1), at.advanced(by: 1))
            instant = observations.total(at, at)
            left = observations.total(before, at)
            right = observations.total(at, after)
            both = observations.total(before, after)
        }

        /// How often rows at the instant are counted too often (closed) or too seldom (open) by its two neighbours.
        var excess: Int? {
            guard let left, let right, let both else { return nil }
            return left + right - both
        }

        var isOnTheHour: Bool { at.seconds % 3600 == 0 }
    }

    private static func interval(_ edges: [Edge]) -> Interval {
        let excesses = edges.compactMap(\.excess)
        let instants = edges.compactMap(\.instant)
        if let highest = excesses.max(), highest > 0 {
            // What an instant holds, its neighbours share.
            let agrees = edges.allSatisfy { $0.instant == nil || $0.excess == nil || $0.instant == $0.excess }
            return excesses.allSatisfy { $0 >= 0 } && agrees ? .closed : .unknown
        }
        if let lowest = excesses.min(), lowest < 0 { return instants.allSatisfy { $0 == 0 } ? .open : .unknown }
        guard !excesses.isEmpty, instants.allSatisfy({ $0 == 0 }),
            edges.contains(where: { ($0.both ?? 0) > 0 })
        else { return .unknown }
        return likely(edges)
    }

    /// Which side of the hour the rows lie on, where any lie beside one.
    private static func likely(_ edges: [Edge]) -> Interval {
        for edge in edges where edge.isOnTheHour {
            switch (edge.left ?? 0 > 0, edge.right ?? 0 > 0) {
            case (false, true): return .halfOpen
            case (true, false): return .leftOpen
            default: continue
            }
        }
        return .oneSided
    }

    private static func isSubSecond(
        _ interval: Interval, _ edges: [Edge], _ observations: ProbeObservations
    ) -> Bool? {
        switch interval {
        case .closed:
            for edge in edges {
                let next = observations.total(edge.at.advanced(by: 1), edge.at.advanced(by: 1))
                guard let right = edge.right, let here = edge.instant ?? edge.excess, let next else { continue }
                if right > here + next { return true }
            }
            return edges.contains { $0.excess ?? 0 > 0 } ? false : nil
        case .open:
            // Between two whole seconds that are themselves left out, only fractions are.
            return edges.contains { $0.left ?? 0 > 0 || $0.right ?? 0 > 0 }
        case .halfOpen, .leftOpen, .oneSided, .unknown: return nil
        }
    }

    private static func total(_ observations: ProbeObservations, _ taskTotal: Int) -> Total {
        guard taskTotal > 0 else { return .unknown }
        for evidence in observations.evidence {
            guard let total = evidence.total, evidence.from != nil else { continue }
            // An answer that is shorter than asked holds all of its query, unless its total is of more than that.
            if evidence.rows < min(total, evidence.size), total == taskTotal { return .task }
        }
        return observations.evidence.contains { $0.step == .farFuture && $0.total == 0 } ? .query : .unknown
    }

    private static func order(_ repetition: ProbeObservations.Repetition?) -> (Order, sawTies: Bool) {
        guard let repetition, repetition.first.count > 1 else { return (.unknown, false) }
        if repetition.first == repetition.second {
            // Rows that are all alike have no order to be seen.
            return (Set(repetition.first).count > 1 ? .stable : .unknown, repetition.areTies)
        }
        return (repetition.hasMoved ? .unknown : .unstable, repetition.areTies)
    }

    private static func offset(_ observations: ProbeObservations) -> Offset? {
        guard let date = observations.serverDate, let newest = observations.newest else { return nil }
        let middle = StorageInstant(seconds: newest.from.seconds + newest.seconds / 2) ?? newest.from
        let seconds = middle.seconds(since: ProbeClock.utc(date))
        let quarter = Int((Double(seconds) / 900).rounded()) * 900
        let totals = observations.taskTotals
        let grew = totals.count > 1 && (totals.last ?? 0) > (totals.first ?? 0)
        return Offset(seconds: quarter, isExact: grew)
    }
}
