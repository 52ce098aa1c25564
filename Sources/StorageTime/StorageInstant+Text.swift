extension StorageInstant: CustomStringConvertible {
    /// The API's own spelling: `2013-01-01 00:00:00`.
    package var description: String {
        text(dateSeparator: UInt8(ascii: "-"), middle: UInt8(ascii: " "), timeSeparator: UInt8(ascii: ":"))
    }

    /// The spelling in file names: `20130101T000000`.
    package var compact: String {
        text(dateSeparator: nil, middle: UInt8(ascii: "T"), timeSeparator: nil)
    }

    /// The calendar day: `2013-01-01`.
    package var dateText: String {
        String(description.prefix(10))
    }

    /// Reads `2013-01-01`, `2013-01-01 00:00:00` or `2013-01-01T00:00:00`; surrounding white space is not accepted.
    ///
    /// - Throws: ``StorageTimeError/Code/badTime``, naming the text. A zone or an offset is refused with a reason,
    ///   since storage time has none.
    package init(parsing text: String) throws(StorageTimeError) {
        guard let instant = Self.parse(Array(text.utf8)) else {
            throw StorageTimeError(
                code: .badTime,
                message: "'\(text)' is not a storage time",
                hint: text.hasSuffix("Z") || text.dropFirst(19).contains(where: { $0 == "+" || $0 == "-" })
                    ? "storage time is the server's wall time and has no zone; leave the zone out"
                    : "write it as 2013-01-01 or 2013-01-01 00:00:00")
        }
        self = instant
    }

    /// Reads the spelling of file names, `20130101T000000`; nil for anything else.
    package init?(compact: String) {
        self.init(compact: Array(compact.utf8)[...])
    }

    /// The same of UTF-8.
    package init?(compact bytes: ArraySlice<UInt8>) {
        let first = bytes.startIndex
        func number(_ digits: Range<Int>) -> Int? {
            Self.number(bytes[(first + digits.lowerBound)..<(first + digits.upperBound)])
        }
        guard bytes.count == 15, bytes[first + 8] == UInt8(ascii: "T"), let year = number(0..<4),
            let month = number(4..<6), let day = number(6..<8), let hour = number(9..<11),
            let minute = number(11..<13), let second = number(13..<15)
        else { return nil }
        self.init(year: year, month: month, day: day, hour: hour, minute: minute, second: second)
    }

    private static func parse(_ bytes: [UInt8]) -> StorageInstant? {
        guard bytes.count == 10 || bytes.count == 19,
            bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
            let year = number(bytes[0..<4]), let month = number(bytes[5..<7]), let day = number(bytes[8..<10])
        else { return nil }
        if bytes.count == 10 { return StorageInstant(year: year, month: month, day: day) }
        guard bytes[10] == UInt8(ascii: " ") || bytes[10] == UInt8(ascii: "T"),
            bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":"),
            let hour = number(bytes[11..<13]), let minute = number(bytes[14..<16]),
            let second = number(bytes[17..<19])
        else { return nil }
        return StorageInstant(year: year, month: month, day: day, hour: hour, minute: minute, second: second)
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
        var value = 0
        for digit in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            value = value * 10 + Int(digit - UInt8(ascii: "0"))
        }
        return value
    }

    private func text(dateSeparator: UInt8?, middle: UInt8, timeSeparator: UInt8?) -> String {
        let fields = fields
        return String(unsafeUninitializedCapacity: 19) { buffer in
            var count = 0
            func put(_ byte: UInt8?) {
                guard let byte else { return }
                buffer[count] = byte
                count += 1
            }
            func put(_ value: Int, digits: Int) {
                var divisor = digits == 4 ? 1000 : 10
                while divisor > 0 {
                    put(UInt8(ascii: "0") + UInt8(value / divisor % 10))
                    divisor /= 10
                }
            }
            put(fields.year, digits: 4)
            put(dateSeparator)
            put(fields.month, digits: 2)
            put(dateSeparator)
            put(fields.day, digits: 2)
            put(middle)
            put(fields.hour, digits: 2)
            put(timeSeparator)
            put(fields.minute, digits: 2)
            put(timeSeparator)
            put(fields.second, digits: 2)
            return count
        }
    }
}
