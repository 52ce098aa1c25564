import Algorithms
import Foundation
import Synchronization

/// A zone's offsets from UTC as spans of time, worked out once: looking one up is a binary search in memory.
///
/// Foundation tells the next *daylight saving* transition only; a zone may move its standard time as well (Moscow 2011,
/// Apia 2011). So the offsets themselves are compared, three days apart, and each change is narrowed down to its
/// second. The nearest two changes of any zone since 1970 lie a week apart.
final class ZoneOffsets: Sendable {
    /// A stretch of time with one offset.
    struct Span {
        /// The instants `start ..< end`, in seconds since 1970-01-01T00:00:00Z.
        let start: Int
        let end: Int
        /// Wall time minus UTC, in seconds.
        let offset: Int
        /// The wall time that the clocks had reached when the span began: before a gap, or after a repetition, the
        /// wall time of `start` in the span before.
        let wallReached: Int
        /// The wall time at `start`, with the span's own offset.
        var wallStart: Int { start + offset }
        /// The wall time at `end`, still with the span's own offset.
        var wallEnd: Int { end + offset }
    }

    let identifier: String
    private let spans: [Span]

    /// The instants that schedules cover: 1970 to 2200, both whole, with two days around for the offsets.
    static let covered = 0..<7_289_654_400
    /// The last year that a wall clock shows within what is covered.
    static let lastYear = 2201
    private static let step = 3 * 86_400
    private static let cache = Mutex<[String: ZoneOffsets]>([:])

    /// The offsets of `zone`. The first call for a zone takes a few milliseconds, later ones a look-up.
    static func of(_ zone: TimeZone) -> ZoneOffsets {
        cache.withLock { cache in
            if let known = cache[zone.identifier] { return known }
            let offsets = ZoneOffsets(zone)
            cache[zone.identifier] = offsets
            return offsets
        }
    }

    private init(_ zone: TimeZone) {
        identifier = zone.identifier
        var changes: [(at: Int, offset: Int)] = [(Self.covered.lowerBound - Self.step, 0)]
        changes[0].offset = Self.offset(of: zone, at: changes[0].at)
        var instant = changes[0].at
        while instant < Self.covered.upperBound {
            let later = instant + Self.step
            if Self.offset(of: zone, at: later) != changes[changes.count - 1].offset {
                instant = Self.change(of: zone, after: instant, through: later)
                changes.append((instant, Self.offset(of: zone, at: instant)))
            } else {
                instant = later
            }
        }
        spans = changes.indices.map { index in
            let change = changes[index]
            return Span(
                start: change.at, end: index + 1 < changes.count ? changes[index + 1].at : .max / 2,
                offset: change.offset, wallReached: change.at + changes[max(0, index - 1)].offset)
        }
    }

    /// The position of the span that holds `instant`, which is not before the first.
    ///
    /// - Complexity: O(log *n*), at most nine steps.
    func index(at instant: Int) -> Int {
        max(0, spans.partitioningIndex { $0.start > instant } - 1)
    }

    subscript(index: Int) -> Span { spans[index] }

    /// The position of a span after the one at `index`, such that all in between end before the wall time `wall`.
    ///
    /// - Complexity: as ``index(at:)``.
    func index(after index: Int, reaching wall: Int) -> Int {
        // Mostly the next one will do. No clock is a day ahead of UTC or behind it.
        spans[index + 1].wallEnd > wall ? index + 1 : max(index + 1, self.index(at: wall - 86_400))
    }

    private static func offset(of zone: TimeZone, at instant: Int) -> Int {
        zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(instant)))
    }

    /// The first second with another offset than `low` has.
    private static func change(of zone: TimeZone, after low: Int, through high: Int) -> Int {
        let before = offset(of: zone, at: low)
        return (low + 1..<max(low + 1, high)).partitioningIndex { offset(of: zone, at: $0) != before }
    }
}

extension ZoneOffsets: Hashable {
    static func == (left: ZoneOffsets, right: ZoneOffsets) -> Bool { left.identifier == right.identifier }
    func hash(into hasher: inout Hasher) { hasher.combine(identifier) }
}
