package import Foundation
import Spelling

/// Says what storage time it is: the one place where the server's time zone matters.
///
/// With a zone, storage time is that zone's wall time. Without one, nothing is taken as past until it is past in every
/// zone, which is the wall time of UTC-12.
package struct StorageClock: Sendable, Hashable {
    /// The server's zone, where it is known.
    package let timeZone: TimeZone?
    /// The zone's name as manifests carry it; nil where it is not known.
    package let zoneName: String?

    package init(timeZone: TimeZone?) {
        self.init(timeZone: timeZone, name: timeZone?.identifier)
    }

    private init(timeZone: TimeZone?, name: String?) {
        self.timeZone = timeZone
        zoneName = name
    }

    /// - Throws: ``StorageTimeError/Code/badTimeZone`` for a name that the system's zone database lacks.
    package init(zoneNamed name: String?) throws(StorageTimeError) {
        guard let name, !name.isEmpty else {
            self.init(timeZone: nil)
            return
        }
        guard let zone = TimeZone(identifier: name) else {
            throw StorageTimeError(
                code: .badTimeZone, message: "'\(name)' is not a time zone",
                hint: NearestName.of(name, among: TimeZone.knownTimeZoneIdentifiers).map { "did you mean '\($0)'?" }
                    ?? "use a name such as UTC, Europe/Berlin or Asia/Shanghai; `octovault probe TASK` measures it")
        }
        // Foundation calls UTC GMT, and the name is the account's own.
        self.init(timeZone: zone, name: name)
    }

    /// The wall time at `instant`, which is now in storage time.
    package func storageTime(at instant: Date) -> StorageInstant {
        wall(instant)
    }

    /// The end of what is closed at `now`: every window whose `to` is at or before it is closed.
    ///
    /// A window is closed once the last instant that could carry a time inside it is `settle` seconds ago. Where clocks
    /// go back within the next two days, the repeated wall times are still to come, so nothing after their first
    /// second is closed: the answer is the smallest wall time that any instant from `now - settle` on can carry.
    package func closedUntil(now: Date, settle: Seconds) -> StorageInstant {
        let start = now.addingTimeInterval(-Double(settle.count))
        var earliest = wall(start)
        guard let timeZone else { return earliest }
        // No zone has ever moved its clocks back by more than a day.
        let horizon = start.addingTimeInterval(2 * 86_400)
        var cursor = start
        while let transition = timeZone.nextDaylightSavingTimeTransition(after: cursor), transition <= horizon {
            earliest = min(earliest, wall(transition))
            cursor = transition
        }
        return earliest
    }

    /// Whether all of `window` was closed at `now`.
    package func isClosed(_ window: Window, at now: Date, settle: Seconds) -> Bool {
        window.to <= closedUntil(now: now, settle: settle)
    }

    private func wall(_ instant: Date) -> StorageInstant {
        let offset = timeZone?.secondsFromGMT(for: instant) ?? -12 * 3600
        let unix = Int(held: instant.timeIntervalSince1970)
        return StorageInstant(unchecked: Self.unixEpoch.seconds).advanced(by: unix.adding(held: offset))
    }

    private static let unixEpoch = StorageInstant(unchecked: 62_135_596_800)
}
