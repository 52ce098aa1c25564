package import Foundation
import Records
import StorageTime

extension Date {
    /// Seconds from 0001-01-01 to 1970-01-01.
    private static let unixEpoch = 62_135_596_800

    /// Reads an instant: `2026-03-28T00:00:00Z`, or with an offset in place of the `Z`. A fraction of a second is
    /// dropped.
    ///
    /// Nil for anything else. A time without zone or offset is no instant.
    package init?(instant text: String) {
        guard let civil = try? StorageInstant(parsing: String(text.prefix(19))) else { return nil }
        var rest = text.dropFirst(19)
        guard text.count > 19 else { return nil }
        if rest.first == "." {
            let digits = rest.dropFirst().prefix { $0.isASCII && $0.isNumber }
            guard !digits.isEmpty else { return nil }
            rest = rest.dropFirst(digits.count + 1)
        }
        guard let offset = Self.offset(rest) else { return nil }
        self.init(timeIntervalSince1970: Double(civil.seconds - Self.unixEpoch - offset))
    }

    /// `Z`, `+01:00`, `+0100` or `+01` in seconds.
    private static func offset(_ text: Substring) -> Int? {
        if text == "Z" || text == "z" { return 0 }
        guard let sign = text.first, sign == "+" || sign == "-" else { return nil }
        var digits = text.dropFirst().map { $0 }
        if digits.count == 5, digits[2] == ":" { digits.remove(at: 2) }
        guard [2, 4].contains(digits.count), digits.allSatisfy({ $0.isASCII && $0.isNumber }),
            let hours = Int(String(digits.prefix(2))), let minutes = Int("0" + String(digits.dropFirst(2))),
            hours <= 23, minutes <= 59
        else { return nil }
        return (sign == "-" ? -1 : 1) * (hours * 3600 + minutes * 60)
    }

    /// `2026-11-23T10:07:00+01:00`: the zone's wall time and its offset at that instant.
    package func text(in zone: TimeZone) -> String {
        let offset = zone.secondsFromGMT(for: self)
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        let size = abs(offset)
        let seconds = size % 60 == 0 ? "" : ":\(two(size % 60))"
        return storageText(zone) + "\(offset < 0 ? "-" : "+")\(two(size / 3600)):\(two(size / 60 % 60))\(seconds)"
    }

    /// `2026-11-23T09:07:00Z`.
    package var utcText: String { storageText(.gmt) + "Z" }

    /// `2026-11-23 09:07:00 UTC`.
    package var utcWords: String { "\(StorageClock(timeZone: .gmt).storageTime(at: self)) UTC" }

    private func storageText(_ zone: TimeZone) -> String {
        let text = StorageClock(timeZone: zone).storageTime(at: self).description
        return "\(text.prefix(10))T\(text.dropFirst(11))"
    }
}
