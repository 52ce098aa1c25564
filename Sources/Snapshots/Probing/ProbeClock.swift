import Foundation
import Records
import StorageTime

/// The wall time of UTC, by which offsets are told.
enum ProbeClock {
    static func utc(_ date: Date) -> StorageInstant {
        StorageClock(timeZone: .gmt).storageTime(at: date)
    }
}
