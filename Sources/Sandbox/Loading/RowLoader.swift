import Foundation

/// Where a file's rows go: takes the time out of each, and stores the rest.
struct RowLoader {
    let file: String
    /// The field that says when a row was stored.
    let timeKey: String
    /// Whether the field stays in a row made from CSV.
    let servesTimeKey: Bool
    let timeZone: TimeZone
    private(set) var table = RowTable()
    private var scanner: RowScanner
    private var lastTime: (text: [UInt8], time: StoredTime) = ([], StoredTime(milliseconds: 0))

    init(file: String, timeKey: String, servesTimeKey: Bool, timeZone: TimeZone) {
        self.file = file
        self.timeKey = timeKey
        scanner = RowScanner(key: timeKey)
        self.servesTimeKey = servesTimeKey
        self.timeZone = timeZone
    }

    /// Stores a row written as a JSON object, without the time's field; its other bytes stay as they are.
    mutating func store(object: UnsafeRawBufferPointer, line: Int) throws(SandboxError) {
        do {
            try scanner.scan(object)
        } catch {
            throw bad(line, "\(error.reason) at byte \(error.offset + 1)")
        }
        guard let last = scanner.matches.last else { throw bad(line, "the row has no field '\(timeKey)'") }
        let value = object[last.value]
        guard value.count >= 2, value.first == Byte.quote else {
            throw bad(line, "the value of '\(timeKey)' is no text: \(String(decoding: value, as: UTF8.self))")
        }
        let time = try time(UnsafeRawBufferPointer(rebasing: value.dropFirst().dropLast()), line: line)
        table.append(at: time) { scanner.copyOthers(of: object, to: &$0) }
    }

    /// Stores a row that is finished, with the time's text apart.
    mutating func store(row: [UInt8], storedAt text: [UInt8], line: Int) throws(SandboxError) {
        let time: StoredTime
        do {
            time = try text.withUnsafeBytes { try self.time($0, line: line) }
        } catch let error as SandboxError {
            throw error
        } catch {
            throw bad(line, "the row's time cannot be read")
        }
        row.withUnsafeBytes { table.append(row: $0, at: time) }
    }

    /// Makes room for that many bytes of rows, where it is known beforehand.
    mutating func reserve(bytes: Int) {
        table.reserve(bytes: bytes)
    }

    func bad(_ line: Int, _ reason: String) -> SandboxError {
        SandboxError(.badRow, "\(file):\(line): \(reason)")
    }

    /// The rows stored, in the order of their times.
    consuming func finish() -> RowTable {
        table.sort()
        return table
    }

    /// Rows often share their time with the row before.
    private mutating func time(_ text: UnsafeRawBufferPointer, line: Int) throws(SandboxError) -> StoredTime {
        if let start = text.baseAddress, !text.isEmpty, text.count == lastTime.text.count,
            memcmp(start, lastTime.text, text.count) == 0
        {
            return lastTime.time
        }
        guard let time = StoredTime(parsing: text, timeZone: timeZone) else {
            throw SandboxError(
                .badRow, "\(file):\(line): '\(String(decoding: text, as: UTF8.self))' in '\(timeKey)' is not a time",
                hint: "times are written as 2013-01-01, 2012/01/01, 2013-01-01T10:00:00Z or 2013-01-01 00:00:00.123")
        }
        lastTime = (Array(text), time)
        return time
    }
}
