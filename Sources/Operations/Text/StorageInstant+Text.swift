package import StorageTime

extension StorageInstant {
    /// `2026-11-23 10:15`: without the seconds where they are none.
    package var shortText: String {
        let text = description
        return text.hasSuffix(":00") ? String(text.dropLast(3)) : text
    }

    /// `2026-11-23`: the day alone where the time is its beginning, else ``shortText``.
    package var shortestText: String {
        self == startOfDay ? String(description.prefix(10)) : shortText
    }
}
