import Records
import RowJSON
import StorageTime

/// How many rows of a task the vendor's analytics count for one UTC day.
package struct DayVolume: Sendable, Hashable {
    /// `yyyy-MM-dd`.
    package let day: String
    /// Rows without those that the vendor takes for duplicates; never negative.
    package let rows: Int

    package init(day: String, rows: Int) {
        self.day = day
        self.rows = rows
    }
}

/// Counts rows a day from another side than the rows themselves.
package protocol VolumeSource: Sendable {
    /// - Parameters:
    ///   - from: the first UTC day, `yyyy-MM-dd`; the vendor knows the last three months.
    ///   - to: the last one, inclusive.
    /// - Returns: days with rows, in the server's order.
    /// - Throws: ``APIError``, or `CancellationError`.
    func volumes(task: String, from: String, to: String) async throws -> [DayVolume]
}

extension OctoparseClient: VolumeSource {
    /// - Throws: ``APIError/Code/wrongAPI`` on the older API, without a request; otherwise as ``VolumeSource`` says.
    package func volumes(task: String, from: String, to: String) async throws -> [DayVolume] {
        let call = CursorEndpoint.volumes(task: task, start: from, end: to).call(dialect)
        guard dialect == .openAPI else { throw lacks(call, "has no analytics") }
        return try await executor.deliver(call, with: keeper) { answer, context, _ throws(APIError) in
            try answer.volumes(context)
        }
    }
}

extension APIAnswer {
    /// Days that one answer may hold: what was asked for at most.
    private static let mostDays = 500

    /// - Throws: ``APIError/Code/malformed`` where there is no list of days and counts.
    func volumes(_ context: CallContext) throws(APIError) -> [DayVolume] {
        let envelope = try envelope(context)
        guard let rows = envelope.rows ?? (envelope.total == 0 ? RowBlock() : nil), rows.count <= Self.mostDays else {
            throw context.error(.malformed, "sent no list of rows a day")
        }
        var days: [DayVolume] = []
        for place in 0..<rows.count {
            let (day, volume) = rows.withRow(place) { row in
                (
                    FlatObject(row, keys: ["daykey"])?["daykey"],
                    FlatObject(under: "datavolumemetrics", of: row, keys: ["deduplicatedvolume"])?["deduplicatedvolume"]
                )
            }
            guard let day, let count = volume.flatMap(Int.init), count >= 0, !Count.isAbsurd(count) else {
                throw context.error(.malformed, "sent a list of rows a day whose entry \(place + 1) is none")
            }
            days.append(DayVolume(day: String(day.prefix(10)), rows: count))
        }
        return days
    }
}
