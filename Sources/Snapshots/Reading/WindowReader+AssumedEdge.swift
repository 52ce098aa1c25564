import Archive
import OctoparseAPI
import Records
import RowJSON
import StorageTime

extension WindowReader {
    /// The rows stored at an instant, where the server will not be asked for it and the account has to say how it
    /// counts.
    ///
    /// Under a half-open or left-open convention nothing is to be taken out. Under a closed one the seconds before and
    /// after share exactly the instant's rows: their number follows from three counts, and the rows are those that
    /// stand in both answers.
    func assumedEdgeRows(at instant: StorageInstant, refusal: APIError) async throws -> EdgeRows {
        switch configuration.interval {
        case .halfOpen, .leftOpen:
            return EdgeRows(rows: RowBlock(), isAssumed: true)
        case .closed:
            return try await sharedRows(at: instant, refusal: refusal)
        case .unknown:
            throw refused(instant, refusal, hint: "set `interval: closed`, `half-open` or `left-open` for the account")
        }
    }

    /// How many rows are stored exactly at `instant`, by counts alone: as many as ``edgeRows(at:atMost:)`` would give.
    func edgeCount(at instant: StorageInstant) async throws -> Int {
        do {
            return try await count(from: instant, to: instant).total
        } catch let error as APIError where error.code == .unexpected {
            switch configuration.interval {
            case .halfOpen, .leftOpen: return 0
            case .closed:
                let (before, after) = (instant.advanced(by: -1), instant.advanced(by: 1))
                let left = try await count(from: before, to: instant).total
                let right = try await count(from: instant, to: after).total
                return max(0, left + right - (try await count(from: before, to: after).total))
            case .unknown:
                throw refused(
                    instant, error, hint: "set `interval: closed`, `half-open` or `left-open` for the account")
            }
        }
    }

    private func sharedRows(at instant: StorageInstant, refusal: APIError) async throws -> EdgeRows {
        let size = configuration.pageSize
        let before = try await ask(from: instant.advanced(by: -1), to: instant, index: 1, size: size)
        let after = try await ask(from: instant, to: instant.advanced(by: 1), index: 1, size: size)
        let both = try await count(from: instant.advanced(by: -1), to: instant.advanced(by: 1))
        let wanted = before.total + after.total - both.total
        guard wanted > 0 else { return EdgeRows(rows: RowBlock(), isAssumed: true) }
        guard before.rows.count == before.total, after.rows.count == after.total else {
            throw refused(instant, refusal, hint: "its neighbouring seconds do not fit one answer; raise the page size")
        }
        var left = RowMultiset()
        try left.insert(contentsOf: before.rows)
        var shared = RowBlock()
        var scratch: [UInt8] = []
        try after.rows.forEachRow { row in
            if left.remove(try RowMultiset.key(of: row, scratch: &scratch)) { shared.append(row: row) }
        }
        guard shared.count == wanted else {
            throw SnapshotError(
                .unstable,
                "task \(task): \(wanted) rows are stored at \(instant), but the seconds beside it share \(shared.count)"
            )
        }
        return EdgeRows(rows: shared, isAssumed: true)
    }

    private func refused(_ instant: StorageInstant, _ cause: APIError, hint: String) -> SnapshotError {
        SnapshotError(
            .instantRefused,
            "task \(task): the server refuses to be asked for the instant \(instant): \(cause.message)",
            hint: hint, cause: cause)
    }
}
