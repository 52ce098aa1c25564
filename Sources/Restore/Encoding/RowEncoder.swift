import RowJSON

/// Turns archived rows into an output's bytes. One encoder serves any number of workers, each with its own scratch.
protocol RowEncoder: Sendable {
    /// What comes before the first row.
    var header: [UInt8] { get }
    /// What comes after the last row.
    func footer(afterRows rows: Int) -> [UInt8]
    /// How many bytes of the first row's encoding are left out: a separator that stands before each row.
    var separatorBytes: Int { get }

    /// What comes behind a row's own columns for the window's columns with these values, where all columns are written.
    func appendix(_ values: [[UInt8]]) -> [UInt8]

    /// Appends the encoding of rows given as NDJSON, each line ended.
    ///
    /// - Throws: `RowJSONError` where a row is no JSON object; ``UnknownKey``.
    func encode(_ ndjson: UnsafeRawBufferPointer, _ scratch: EncodingScratch, to output: OutputBuffer) throws
}

/// A row has a key that its manifest's columns lack.
struct UnknownKey: Error {
    let name: String
}

/// What one worker keeps from row to row.
final class EncodingScratch {
    /// Where a column's value lies in the row at hand; start is nil where the row has none.
    struct Slot {
        var start: UnsafePointer<UInt8>?
        var length = 0
    }

    var decoded: [UInt8] = []
    /// One a column. Raw memory here and in ``followers``: rows out of order touch both once a key.
    let slots: UnsafeMutableBufferPointer<Slot>
    /// For each column, the one that came after it in the last row not in the usual order; the last place is for the
    /// first column of a row.
    let followers: UnsafeMutableBufferPointer<Int>
    /// Whether the last row had its keys in the order of the columns.
    var isOrdered = true
    /// What of the values written was replaced.
    var repairs = TextRepairs()
    /// The same of the value that ``CellText`` showed last.
    var lastRepairs = TextRepairs()
    /// The values of the window's columns, where they are written.
    var window: WindowCells?

    init(columns: Int) {
        slots = .allocate(capacity: columns)
        slots.initialize(repeating: Slot())
        followers = .allocate(capacity: columns + 1)
        _ = followers.initialize(from: 1...(columns + 1))
        followers[columns] = 0
    }

    deinit {
        slots.deallocate()
        followers.deallocate()
    }
}

extension RowEncoder {
    func appendix(_ values: [[UInt8]]) -> [UInt8] { [] }
}

extension RestoreOptions {
    /// - Parameter hasRows: whether there are rows to write.
    func encoder(_ choice: ColumnChoice, hasRows: Bool = true) -> any RowEncoder {
        switch format {
        case .csv, .tsv: DelimitedEncoder(choice, self, hasRows: hasRows)
        case .ndjson where choice.picks == nil && !choice.isRenamed && !choice.appendsWindow: LineEncoder()
        case .ndjson, .json: ObjectEncoder(choice, isArray: format == .json)
        case .sqlite: CellEncoder(choice)
        }
    }
}
