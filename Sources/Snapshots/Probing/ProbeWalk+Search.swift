import OctoparseAPI
import StorageTime

extension ProbeWalk {
    /// A stretch that holds rows, by a count or by what other counts leave for it.
    private struct Stretch {
        var from: StorageInstant
        var to: StorageInstant
        var rows: Int
        /// Cuts at which the right half was taken unseen, since the last count that showed rows: where rows stored at
        /// the very cut are counted in neither half, they are at one of these.
        var unseen: [StorageInstant] = []

        var seconds: Int { to.seconds - from.seconds }
    }

    /// Looks for a second at which rows are stored; nil where there is no stretch with rows.
    mutating func search(total: Int) async throws -> Place? {
        guard var stretch = try await begin(total: total) else { return nil }
        while stretch.seconds > 1 {
            if let place = try await roundPlace(in: stretch) { return place }
            let cut = Self.cut(of: stretch.from, stretch.to)
            let left = try await count(.search, stretch.from, cut).total
            if left * 2 >= stretch.rows {
                stretch = Stretch(from: stretch.from, to: cut, rows: left)
            } else {
                // What the left half lacks; at least one row, for totals may move.
                stretch.from = cut
                stretch.rows = max(1, stretch.rows - left)
                stretch.unseen.append(cut)
            }
        }
        guard !stretch.unseen.isEmpty else { return .cell(stretch.from) }
        if try await count(.search, stretch.from, stretch.to).total > 0 { return .cell(stretch.from) }
        // A time is rarely a round cut, so the last cut is the likeliest.
        for cut in stretch.unseen.reversed() {
            if try await count(.search, cut.advanced(by: -1), cut.advanced(by: 1)).total > 0 { return .edge(cut) }
        }
        return nil
    }

    /// The stretch to begin with: the caller's, the quarter of an hour with the newest rows, or an older one.
    private mutating func begin(total: Int) async throws -> Stretch? {
        if let range = request.range {
            let rows = try await count(.search, range.from, range.to).total
            return rows > 0 ? Stretch(from: range.from, to: range.to, rows: rows) : nil
        }
        let utc = ProbeClock.utc(observations.serverDate ?? now)
        // Zones are UTC-12 to UTC+14. Half a quarter of an hour beside each offset, no wall clock shows just now.
        let recent = Stretch(
            from: utc.advanced(by: -12 * 3600 - 450), to: utc.advanced(by: 14 * 3600 + 450), rows: 0)
        let rows = try await count(.search, recent.from, recent.to).total
        if rows > 0 { return try await newest(Stretch(from: recent.from, to: recent.to, rows: rows)) }
        let month = utc.advanced(by: -64 * 86_400).startOfDay
        let today = recent.from.startOfDay.advanced(by: 86_400)
        let older = try await count(.search, month, today).total
        if older > 0 { return Stretch(from: month, to: today, rows: older) }
        let beginning = StorageInstant(year: 1990, month: 1, day: 1) ?? .earliest
        return Stretch(from: beginning, to: month, rows: total)
    }

    /// Halves towards the newest rows, on quarters of an hour.
    private mutating func newest(_ recent: Stretch) async throws -> Stretch {
        var stretch = recent
        var isCounted = false
        while stretch.seconds > 900 {
            let quarters = stretch.seconds / 900
            let cut = stretch.from.advanced(by: quarters / 2 * 900)
            let right = try await count(.search, cut, stretch.to).total
            isCounted = right > 0
            if isCounted {
                stretch = Stretch(from: cut, to: stretch.to, rows: right)
            } else {
                stretch.to = cut
            }
        }
        if !isCounted { stretch.rows = try await count(.search, stretch.from, stretch.to).total }
        // All of them at cuts that a server leaves out: unlikely, and then the dense halving is to find them.
        guard stretch.rows > 0 else { return recent }
        observations.newest = try? Window(from: stretch.from, to: stretch.to)
        return stretch
    }

    /// Tries midnight once a day is left, and the hour once an hour is: rows often are stored just then.
    private mutating func roundPlace(in stretch: Stretch) async throws -> Place? {
        guard [3600, 86_400].contains(stretch.seconds), stretch.from.seconds % stretch.seconds == 0 else { return nil }
        let edge = stretch.from
        let rows = try await count(.search, edge.advanced(by: -1), edge.advanced(by: 1)).total
        return rows > 0 ? .edge(edge) : nil
    }

    /// Half-way, at the roundest time near it.
    static func cut(of from: StorageInstant, _ to: StorageInstant) -> StorageInstant {
        let seconds = to.seconds - from.seconds
        let middle = from.seconds + seconds / 2
        for step in [86_400, 3600, 60] where seconds >= 2 * step {
            let rounded = (middle + step / 2) / step * step
            if rounded > from.seconds, rounded < to.seconds { return StorageInstant(seconds: rounded) ?? from }
        }
        return StorageInstant(seconds: middle) ?? from
    }
}
