/// Reads RFC 4180 CSV, chunk by chunk, and makes a JSON object of each record, with text for every value.
///
/// A field may be quoted, and then hold commas, line breaks and doubled quotes. Lines end in LF or CR LF. The first
/// record names the columns; every other has as many fields.
struct CSVReader {
    private enum State { case start, bare, quoted, quoteInQuoted, skipLineFeed }

    private var state = State.start
    private var field: [UInt8] = []
    private var record: [[UInt8]] = []
    private var columns: [[UInt8]] = []
    private var line = 1
    private var recordLine = 1
    private var isFirstByte = true

    mutating func feed(_ chunk: UnsafeRawBufferPointer, _ sink: inout RowLoader) throws {
        var bytes = chunk[...]
        if isFirstByte, bytes.starts(with: Byte.orderMark) { bytes = bytes.dropFirst(3) }
        isFirstByte = false
        for byte in bytes { try read(byte, &sink) }
    }

    mutating func finish(_ sink: inout RowLoader) throws {
        guard state != .quoted else { throw sink.bad(recordLine, "a quoted field does not end") }
        if !record.isEmpty || !field.isEmpty || state == .quoteInQuoted { try endRecord(&sink) }
    }

    private mutating func read(_ byte: UInt8, _ sink: inout RowLoader) throws {
        if byte == Byte.lineFeed { line += 1 }
        switch (state, byte) {
        case (.quoted, Byte.quote): state = .quoteInQuoted
        case (.quoted, _): field.append(byte)
        case (.quoteInQuoted, Byte.quote):
            field.append(byte)
            state = .quoted
        case (.skipLineFeed, Byte.lineFeed): state = .start
        case (.start, Byte.quote), (.skipLineFeed, Byte.quote): state = .quoted
        case (_, Byte.comma):
            endField()
        case (_, Byte.lineFeed):
            try endRecord(&sink)
        case (_, Byte.carriageReturn):
            try endRecord(&sink)
            state = .skipLineFeed
        case (.quoteInQuoted, _): throw sink.bad(line, "a quoted field goes on after its quote")
        default:
            field.append(byte)
            state = .bare
        }
    }

    private mutating func endField() {
        record.append(field)
        field.removeAll(keepingCapacity: true)
        state = .start
    }

    private mutating func endRecord(_ sink: inout RowLoader) throws {
        let isBlank = record.isEmpty && field.isEmpty && state != .quoteInQuoted
        defer { recordLine = line }
        guard !isBlank else {
            state = .start
            return
        }
        endField()
        defer { record.removeAll(keepingCapacity: true) }
        if columns.isEmpty { return try takeHeader(sink) }
        guard record.count == columns.count else {
            throw sink.bad(recordLine, "the row has \(record.count) fields, the header \(columns.count)")
        }
        try store(&sink)
    }

    private mutating func takeHeader(_ sink: RowLoader) throws {
        columns = record
        guard Set(columns).count == columns.count else {
            throw sink.bad(recordLine, "two columns have one name")
        }
        guard columns.contains(Array(sink.timeKey.utf8)) else {
            throw sink.bad(recordLine, "the header has no column '\(sink.timeKey)'")
        }
    }

    private func store(_ sink: inout RowLoader) throws {
        let key = Array(sink.timeKey.utf8)
        var time: [UInt8] = []
        var row: [UInt8] = [Byte.openBrace]
        for (column, value) in zip(columns, record) {
            if column == key { time = value }
            if column == key, !sink.servesTimeKey { continue }
            if row.count > 1 { row.append(Byte.comma) }
            JSONWriting.appendText(column, to: &row)
            row.append(Byte.colon)
            JSONWriting.appendText(value, to: &row)
        }
        row.append(Byte.closeBrace)
        try sink.store(row: row, storedAt: time, line: recordLine)
    }
}
