package import Foundation
import StorageTime

/// Instants as text in UTC, to the second: `2026-11-23T10:15:00Z` in manifests, `20261123T101500Z` in file names.
package enum UTCTime {
    /// Seconds from 0001-01-01 to 1970-01-01.
    private static let unixEpoch = 62_135_596_800

    package static func text(_ date: Date) -> String {
        var text = Array(civil(date).description.utf8)
        text[10] = UInt8(ascii: "T")
        text.append(UInt8(ascii: "Z"))
        return String(decoding: text, as: UTF8.self)
    }

    package static func compact(_ date: Date) -> String { civil(date).compact + "Z" }

    /// The calendar day in UTC: `2026-11-23`.
    package static func dateText(_ date: Date) -> String { civil(date).dateText }

    package static func parse(_ text: String) -> Date? {
        let bytes = Array(text.utf8)
        guard bytes.count == 20, bytes[10] == UInt8(ascii: "T"), bytes[19] == UInt8(ascii: "Z") else { return nil }
        return instant(try? StorageInstant(parsing: String(text.dropLast())))
    }

    package static func parse(compact text: String) -> Date? {
        text.last == "Z" ? instant(StorageInstant(compact: String(text.dropLast()))) : nil
    }

    private static func instant(_ civil: StorageInstant?) -> Date? {
        civil.map { Date(timeIntervalSince1970: Double($0.seconds - unixEpoch)) }
    }

    private static func civil(_ date: Date) -> StorageInstant {
        let seconds = date.timeIntervalSince1970.rounded(.down) + Double(unixEpoch)
        let held = min(max(seconds, 0), Double(StorageInstant.latest.seconds))
        return StorageInstant(seconds: Int(held)) ?? .earliest
    }
}
