import RowJSON

/// CSV and TSV.
///
/// A row whose keys come in the order of the columns, some perhaps missing, is written while it is read. Any other is
/// read first and written then. Null and absent are empty; numbers and literals keep their text; nested values are
/// their JSON text; strings are decoded; what is no text becomes U+FFFD.
///
/// Where there is one column, or none, a line of null, absent or empty values is `""`: readers skip lines without
/// anything, pandas and DuckDB among them. pandas and DuckDB then see a missing value, PostgreSQL an empty text.
struct DelimitedEncoder: RowEncoder {
    let index: KeyIndex
    let picks: [Int]?
    let slots: RowSlots
    let isCSV: Bool
    let isGuarded: Bool
    let appendsWindow: Bool
    let windowColumns: Int
    /// Whether a line has one value at most, so that it could be empty.
    let isLone: Bool
    let separator: UInt8
    let lineEnd: [UInt8]
    let header: [UInt8]

    /// - Parameter hasRows: whether there are rows to write; without any, and without columns, the header is an empty
    ///   line.
    init(_ choice: ColumnChoice, _ options: RestoreOptions, hasRows: Bool) {
        index = choice.index
        picks = choice.picks
        slots = RowSlots(index: choice.index)
        isCSV = options.format == .csv
        isGuarded = options.excel
        appendsWindow = choice.appendsWindow
        windowColumns = choice.windowColumns
        separator = isCSV ? Byte.comma : 0x09
        lineEnd = options.crlf ? [0x0D, 0x0A] : [0x0A]
        isLone = choice.names.count <= 1
        header = Self.header(choice.names, options, separator, lineEnd, isLone: isLone && hasRows)
    }

    var separatorBytes: Int { 0 }

    func footer(afterRows rows: Int) -> [UInt8] { [] }

    func appendix(_ values: [[UInt8]]) -> [UInt8] {
        let output = OutputBuffer()
        for (place, value) in values.prefix(windowColumns).enumerated() {
            output.reserve(FieldWriter.room(value.count) + 1)
            if place > 0 || index.count > 0 { output.put(separator) }
            try? put(value, EncodingScratch(columns: 0), to: output)
        }
        return Array(output.bytes)
    }

    /// Writes a value given as JSON text.
    private func put(_ json: [UInt8], _ scratch: EncodingScratch, to output: OutputBuffer) throws {
        try json.withUnsafeBytes { text in
            var scanner = try JSONScanner(text)
            try putValue(&scanner, scratch, to: output)
        }
    }

    private static func header(
        _ names: [String], _ options: RestoreOptions, _ separator: UInt8, _ lineEnd: [UInt8], isLone: Bool
    ) -> [UInt8] {
        let output = OutputBuffer()
        let byteOrderMark: [UInt8] = options.excel ? [0xEF, 0xBB, 0xBF] : []
        byteOrderMark.withUnsafeBytes { output.append($0) }
        output.reserve(4)
        let begin = output.count
        for (place, name) in names.enumerated() {
            var bytes = Array(name.utf8)
            if options.excel, FormulaGuard.isNeeded(bytes) { bytes.insert(FormulaGuard.mark, at: 0) }
            output.reserve(FieldWriter.room(bytes.count) + 1)
            if place > 0 { output.put(separator) }
            bytes.withUnsafeBytes { FieldWriter.put($0, isCSV: options.format == .csv, to: output) }
        }
        output.reserve(4)
        if isLone { FieldWriter.quoteLoneValue(from: output.start + begin, isCSV: options.format == .csv, output) }
        lineEnd.withUnsafeBytes { output.append($0) }
        return Array(output.bytes)
    }

    func encode(_ ndjson: UnsafeRawBufferPointer, _ scratch: EncodingScratch, to output: OutputBuffer) throws {
        // Every column adds a separator, quotes and a guard.
        let room = 4 * (index.count + windowColumns) + FieldWriter.room(scratch.window?.room ?? 0)
        try RowLines.forEach(in: ndjson) { row in
            output.reserve(FieldWriter.room(row.count) + room)
            let begin = output.count
            let isWritten = try picks == nil && scratch.isOrdered && encodeOrdered(row, scratch, to: output)
            if !isWritten {
                try slots.fill(row, scratch)
                try encodeSlots(scratch, to: output)
            }
            if appendsWindow { appendWindow(scratch, to: output) }
            if isLone { FieldWriter.quoteLoneValue(from: output.start + begin, isCSV: isCSV, output) }
            for byte in lineEnd { output.put(byte) }
        }
    }

    /// Writes a row while reading it. Where a key comes out of order, what was written is taken back, and the answer is
    /// false.
    @inline(__always)
    private func encodeOrdered(
        _ row: UnsafeRawBufferPointer, _ scratch: EncodingScratch, to output: OutputBuffer
    ) throws -> Bool {
        let written = output.count
        let repairs = scratch.repairs
        var scanner = try RowStart.scanner(row)
        var isOpen = try !scanner.skipEmptyContainer(isObject: true)
        var column = 0
        while isOpen {
            if column >= index.count || !index.skipToken(column, in: &scanner) {
                let number = try RowStart.number(in: index, &scanner)
                guard number >= column else {
                    output.end = output.start + written
                    scratch.repairs = repairs
                    return false
                }
                while column < number {
                    if column > 0 { output.put(separator) }
                    column += 1
                }
            }
            if column > 0 { output.put(separator) }
            try putValue(&scanner, scratch, to: output)
            column += 1
            isOpen = try scanner.skipSeparator(isObject: true)
        }
        try scanner.expectEnd()
        while column < index.count {
            if column > 0 { output.put(separator) }
            column += 1
        }
        return true
    }

    private func encodeSlots(_ scratch: EncodingScratch, to output: OutputBuffer) throws {
        let count = picks?.count ?? index.count
        for place in 0..<count {
            if place > 0 { output.put(separator) }
            let number = picks?[place] ?? place
            guard number < index.count else {
                try putWindow(number - index.count, scratch, to: output)
                continue
            }
            let slot = scratch.slots[number]
            guard let start = slot.start else { continue }
            var scanner = try JSONScanner(UnsafeRawBufferPointer(start: start, count: slot.length))
            try putValue(&scanner, scratch, to: output)
        }
    }

    private func putWindow(_ column: Int, _ scratch: EncodingScratch, to output: OutputBuffer) throws {
        guard let value = scratch.window?.values[column] else { return }
        try put(value, scratch, to: output)
    }

    private func appendWindow(_ scratch: EncodingScratch, to output: OutputBuffer) {
        guard let appendix = scratch.window?.appendix else { return }
        appendix.withUnsafeBytes { output.put($0) }
    }
}
