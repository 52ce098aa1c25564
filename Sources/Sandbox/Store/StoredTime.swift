package import Foundation
package import StorageTime

/// When the server stored a row: its naive wall time, a millisecond fine.
package struct StoredTime: Sendable, Hashable {
    /// Milliseconds since 0001-01-01 00:00:00.
    package let milliseconds: Int64

    package init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    /// The first millisecond of a second.
    package init(_ instant: StorageInstant) {
        milliseconds = Int64(instant.seconds) * 1000
    }

    /// The wall time of `timeZone` at `date`.
    package init(_ date: Date, in timeZone: TimeZone) {
        let wall = StorageClock(timeZone: timeZone).storageTime(at: date)
        let unix = date.timeIntervalSince1970
        let fraction = unix - unix.rounded(.down)
        milliseconds = Int64(wall.seconds) * 1000 + min(Int64(fraction * 1000), 999)
    }

    /// Whole seconds since 0001-01-01 00:00:00: rows that share it are ties.
    var second: Int64 { milliseconds / 1000 }

    /// Midnight of this time's day.
    var startOfDay: StoredTime {
        StoredTime(milliseconds: milliseconds - milliseconds % 86_400_000)
    }

    /// This time moved by `milliseconds`.
    package func advanced(byMilliseconds milliseconds: Int64) -> StoredTime {
        StoredTime(milliseconds: self.milliseconds + milliseconds)
    }
}

extension StoredTime: Comparable {
    package static func < (left: StoredTime, right: StoredTime) -> Bool {
        left.milliseconds < right.milliseconds
    }
}

extension StoredTime: CustomStringConvertible {
    /// `2013-01-01 00:00:00`, with `.123` after it where there is a fraction.
    package var description: String {
        let instant = StorageInstant(seconds: Int(second)) ?? .latest
        let fraction = Int(milliseconds % 1000)
        guard fraction > 0 else { return instant.description }
        return "\(instant).\(fraction < 100 ? "0" : "")\(fraction < 10 ? "0" : "")\(fraction)"
    }
}
