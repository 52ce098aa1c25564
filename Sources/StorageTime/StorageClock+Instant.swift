package import Foundation

extension StorageClock {
    /// The instant at which storage time reached `time` for good: the later one where a clock change shows it twice,
    /// the change itself where it is skipped.
    ///
    /// Without a zone, the instant at which it has passed in every zone.
    package func instant(of time: StorageInstant) -> Date {
        let wall = Double(time.seconds) - 62_135_596_800
        guard let timeZone else { return Date(timeIntervalSince1970: wall + 12 * 3600) }
        // No zone is further than a day from UTC, nor does one change twice in two days.
        let candidates = [-86_400.0, 86_400.0].map { around in
            let offset = timeZone.secondsFromGMT(for: Date(timeIntervalSince1970: wall + around))
            return Date(timeIntervalSince1970: wall - Double(offset))
        }.sorted()
        if let found = candidates.last(where: { storageTime(at: $0) == time }) { return found }
        let before = candidates[0].addingTimeInterval(-1)
        return timeZone.nextDaylightSavingTimeTransition(after: before) ?? candidates[1]
    }
}
