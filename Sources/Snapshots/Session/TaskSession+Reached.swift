import OctoparseAPI
import StorageTime

extension TaskSession {
    /// Asks once how far the server's own clock has certainly come, where windows are to be taken that are past by the
    /// account's zone and not in every zone. Should the server's zone be further west, these are still to come, and
    /// without rows for that reason alone.
    ///
    /// Rows tell: what is stored at a time was stored when the server's clock had reached it. A row of the last hour
    /// vouches for the zone.
    ///
    /// - Complexity: one request, and up to six more where no row is as new as that.
    mutating func findReached(_ windows: [Window]) async throws {
        guard let last = windows.last, context.clock.timeZone != nil else { return }
        let now = context.serverNow.now
        let certain = StorageClock(timeZone: nil).closedUntil(now: now, settle: context.settle)
        guard last.to > certain else { return }
        let reader = context.reader(task: task)
        let wall = context.clock.storageTime(at: now)
        // No zone is more than 26 hours ahead of another.
        let horizon = wall.advanced(by: 27 * 3600)
        var (low, high) = (certain, max(certain, wall.advanced(by: -3600)))
        if try await reader.count(from: high, to: horizon).total > 0 { return }
        while high.seconds - low.seconds > 3600 {
            let middle = low.advanced(by: (high.seconds - low.seconds) / 2)
            if try await reader.count(from: middle, to: horizon).total > 0 { low = middle } else { high = middle }
        }
        reachedUntil = low
    }

    /// Whether a window without rows lies where the server's clock may not have come yet.
    func isUnreached(_ taken: TakenWindow) -> Bool {
        guard let reachedUntil, taken.window.to > reachedUntil, taken.rows == 0, case .empty = taken.result else {
            return false
        }
        return true
    }
}
