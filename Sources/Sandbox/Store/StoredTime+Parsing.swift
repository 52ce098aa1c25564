package import Foundation
import StorageTime

extension StoredTime {
    /// Reads `2013-01-01`, `2013/1/1`, `2013-01-01 10:00`, `2013-01-01T10:00:00.123` and the like.
    ///
    /// With a `Z` or an offset the text is an instant, and becomes the wall time of `timeZone`; without, it is storage
    /// time as it stands. Digits past the millisecond are cut off. Nil for anything else.
    package init?(parsing text: String, timeZone: TimeZone = .gmt) {
        var text = text
        let time = text.withUTF8 { StoredTime(parsing: UnsafeRawBufferPointer($0), timeZone: timeZone) }
        guard let time else { return nil }
        self = time
    }

    init?(parsing bytes: UnsafeRawBufferPointer, timeZone: TimeZone) {
        var reader = TimeReader(bytes: bytes)
        guard let year = reader.number(digits: 4...4),
            let separator = reader.take(Byte.dash, Byte.slash),
            let month = reader.number(digits: 1...2), reader.take(separator) != nil,
            let day = reader.number(digits: 1...2)
        else { return nil }
        var clock = TimeReader.Clock()
        if !reader.isAtEnd {
            guard reader.take(Byte.space, Byte.upperT) != nil, let read = reader.clock() else {
                return nil
            }
            clock = read
        }
        guard
            let instant = StorageInstant(
                year: year, month: month, day: day, hour: clock.hour, minute: clock.minute,
                second: clock.second)
        else { return nil }
        let naive = StoredTime(instant).advanced(byMilliseconds: Int64(clock.millisecond))
        guard !reader.isAtEnd else {
            self = naive
            return
        }
        guard let offset = reader.offset(), reader.isAtEnd else { return nil }
        let unix = Double(naive.second - Self.unixEpochSecond - Int64(offset))
        let wallOffset = timeZone.secondsFromGMT(for: Date(timeIntervalSince1970: unix))
        self = naive.advanced(byMilliseconds: Int64(wallOffset - offset) * 1000)
        guard milliseconds >= 0, second <= Int64(StorageInstant.latest.seconds) else { return nil }
    }

    static let unixEpochSecond: Int64 = 62_135_596_800
}

/// Walks the text of a time; every step either takes what it names or takes nothing.
private struct TimeReader {
    struct Clock {
        var hour = 0, minute = 0, second = 0, millisecond = 0
    }

    let bytes: UnsafeRawBufferPointer
    var position = 0

    var isAtEnd: Bool { position == bytes.count }

    mutating func take(_ choices: UInt8...) -> UInt8? {
        guard position < bytes.count, choices.contains(bytes[position]) else { return nil }
        position += 1
        return bytes[position - 1]
    }

    mutating func number(digits: ClosedRange<Int>) -> Int? {
        var value = 0
        var count = 0
        while count < digits.upperBound, let digit = digit() {
            value = value * 10 + digit
            count += 1
        }
        return digits.contains(count) ? value : nil
    }

    /// `10:00`, `10:00:00`, `10:00:00.123456`.
    mutating func clock() -> Clock? {
        var clock = Clock()
        guard let hour = number(digits: 1...2), take(Byte.colon) != nil,
            let minute = number(digits: 2...2)
        else { return nil }
        clock.hour = hour
        clock.minute = minute
        guard take(Byte.colon) != nil else { return clock }
        guard let second = number(digits: 2...2) else { return nil }
        clock.second = second
        guard take(Byte.dot, Byte.comma) != nil else { return clock }
        var weight = 100
        guard let first = digit() else { return nil }
        clock.millisecond = first * weight
        while let digit = digit() {
            weight /= 10
            clock.millisecond += digit * weight
        }
        return clock
    }

    /// `Z`, `+08`, `+0800` or `+08:00`, in seconds.
    mutating func offset() -> Int? {
        guard let sign = take(Byte.upperZ, Byte.lowerZ, Byte.plus, Byte.dash) else { return nil }
        guard sign == Byte.plus || sign == Byte.dash else { return 0 }
        guard let hours = number(digits: 2...2), hours <= 18 else { return nil }
        _ = take(Byte.colon)
        let minutes = isAtEnd ? 0 : number(digits: 2...2)
        guard let minutes, minutes < 60 else { return nil }
        return (hours * 3600 + minutes * 60) * (sign == Byte.dash ? -1 : 1)
    }

    private mutating func digit() -> Int? {
        guard position < bytes.count, (Byte.zero...Byte.nine).contains(bytes[position]) else {
            return nil
        }
        position += 1
        return Int(bytes[position - 1] - Byte.zero)
    }
}
