import Foundation
import Operations
import StorageTime

/// A moment as the pages tell it: how long ago, with the exact one to look up.
enum ToldTime {
    /// What the template `time` shows.
    static func fields(_ date: Date, now: Date) -> [String: Any] {
        fields(date, told: told(date, now: now))
    }

    /// The same with the words for how long ago it was.
    static func fields(_ date: Date, told: String) -> [String: Any] {
        ["iso": date.utcText, "exact": date.utcWords, "told": told]
    }

    /// `3 minutes ago`, `in 2 hours`, `just now`.
    static func told(_ date: Date, now: Date) -> String {
        let seconds = Int(held: date.timeIntervalSince(now).rounded())
        guard abs(seconds) >= 10 else { return "just now" }
        return seconds < 0 ? "\(length(-seconds)) ago" : "in \(length(seconds))"
    }

    /// In one unit: `50 seconds`, `3 hours`, `12 days`.
    static func length(_ seconds: Int) -> String {
        switch seconds {
        case ..<90: seconds.counted("second")
        case ..<5400: ((seconds + 30) / 60).counted("minute")
        case ..<172_800: ((seconds + 1800) / 3600).counted("hour")
        default: ((seconds + 43_200) / 86_400).counted("day")
        }
    }
}
