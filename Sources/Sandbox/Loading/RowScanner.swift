import Foundation

/// Why a text is no JSON object.
struct RowScanError: Error {
    /// How many bytes come before the place.
    let offset: Int
    let reason: String
}

/// Reads a row, a JSON object, without decoding it: checks its structure, and finds the fields of one key.
///
/// Texts are skipped by searching for their end, so what is inside them is not judged; all the rest is. The commonest
/// field, a text without white space around it, costs two searches, since whole files go through here.
struct RowScanner {
    /// Where a field lies in the row's bytes.
    struct Field {
        /// The key's opening quote.
        var start: Int
        /// The value, quotes and brackets included.
        var value: Range<Int>
        /// The comma before the key; nil for the first field.
        var comma: Int?
    }

    private let key: [UInt8]
    /// The fields of the key, in their order.
    private(set) var matches: [Field] = []
    /// The first field of another key.
    private(set) var firstOther: Field?

    init(key: String) {
        self.key = Array(key.utf8)
    }

    /// Reads `row`, which must be one object and white space around it.
    mutating func scan(_ row: UnsafeRawBufferPointer) throws(RowScanError) {
        matches.removeAll(keepingCapacity: true)
        firstOther = nil
        guard let base = row.baseAddress else { throw RowScanError(offset: 0, reason: "a row starts with '{'") }
        var cursor = JSONCursor(bytes: base.assumingMemoryBound(to: UInt8.self), count: row.count)
        cursor.skipSpace()
        try cursor.expect(Byte.openBrace, "a row starts with '{'")
        cursor.skipSpace()
        if !cursor.take(Byte.closeBrace) { try scanFields(&cursor) }
        cursor.skipSpace()
        guard cursor.position == row.count else {
            throw RowScanError(offset: cursor.position, reason: "more follows the row's '}'")
        }
    }

    private mutating func scanFields(_ cursor: inout JSONCursor) throws(RowScanError) {
        var comma: Int?
        repeat {
            cursor.skipSpace()
            let start = cursor.position
            try cursor.skipText()
            let keyEnd = cursor.position
            cursor.skipSpace()
            try cursor.expect(Byte.colon, "a ':' belongs here")
            cursor.skipSpace()
            let valueStart = cursor.position
            try cursor.skipValue()
            let isMatch =
                keyEnd - start - 2 == key.count && memcmp(cursor.bytes + start + 1, key, key.count) == 0
            if isMatch || firstOther == nil {
                let field = Field(start: start, value: valueStart..<cursor.position, comma: comma)
                if isMatch { matches.append(field) } else { firstOther = field }
            }
            cursor.skipSpace()
            comma = cursor.position
        } while cursor.take(Byte.comma)
        try cursor.expect(Byte.closeBrace, "a ',' or '}' belongs here")
    }

    /// Copies the row last scanned without the fields of the key, and without one comma for each; all else as it is.
    func copyOthers(of row: UnsafeRawBufferPointer, to output: inout [UInt8]) {
        var gone = matches.map { ($0.comma ?? $0.start)..<$0.value.upperBound }
        // Where the first field goes, the comma after it, before the first that stays, has nothing to part.
        if matches.first?.comma == nil, let other = firstOther, let comma = other.comma {
            let place = gone.firstIndex { $0.lowerBound > comma } ?? gone.count
            gone.insert(comma..<other.start, at: place)
        }
        var position = 0
        for range in gone {
            append(row, position..<range.lowerBound, to: &output)
            position = range.upperBound
        }
        append(row, position..<row.count, to: &output)
    }

    private func append(_ row: UnsafeRawBufferPointer, _ range: Range<Int>, to output: inout [UInt8]) {
        guard !range.isEmpty else { return }
        output.append(contentsOf: UnsafeRawBufferPointer(rebasing: row[range]))
    }
}
