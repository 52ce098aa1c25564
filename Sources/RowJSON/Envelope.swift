/// What an API answer says around its rows, and the rows, read without decoding them.
///
/// ```json
/// {"data":{"total":1000,"currentTotal":2,"dataList":[{"State":"Texas"}, …]},"error":"success"}
/// ```
///
/// Keys may come in any order and unknown ones are stepped over, as are a byte order mark and white space. Of a
/// repeated key the last one counts. `data` may also be a list itself, as in the answers that list groups and tasks.
package struct Envelope: Sendable, Equatable {
    /// The rows of the whole query; from a number or a text.
    package var total: Int?
    /// What the server says it put on this page (`currentTotal` or `current`). The list's own length is what counts.
    package var currentTotal: Int?
    /// What is left behind this answer, where it is one of rows behind a cursor.
    package var restTotal: Int?
    /// The cursor behind this answer's last row, as it stands: it may be beyond what a number holds.
    package var offset: String?
    /// Whether `error` is an object.
    package var isErrorObject = false
    /// The code under `error`: `success`, or what is wrong. From `{"code":…,"message":…}` the code.
    package var error: String?
    /// The text under `error_description` in any letter case, else the `message` inside `error`.
    package var errorDescription: String?
    /// The text under `message`.
    package var message: String?
    /// The rows, or nil where there is no list or it is null.
    ///
    /// A row's bytes are those received, less insignificant white space. Bytes that are no UTF-8 stay.
    package var rows: RowBlock?
    /// The number of rows in which a raw control character inside a string was escaped, for NDJSON cannot hold it.
    package var repaired = 0

    package init() {}

    /// What an answer may demand of the reader.
    package struct Limits: Sendable, Hashable {
        /// Arrays and objects open at once outside of rows, the envelope's own three included; at least 1. A row may be
        /// nested as deep as its length allows: it is kept as it came, and whatever reads it here needs no stack for
        /// that.
        package var nesting: Int
        /// Rows in the list: an empty row costs an answer three bytes and its reader ten times that.
        package var rows: Int

        package init(nesting: Int = 1024, rows: Int = 1_000_000) {
            self.nesting = nesting
            self.rows = rows
        }
    }

    /// Reads one answer.
    ///
    /// - Throws: ``RowJSONError`` with the byte offset: where the grammar of JSON is broken anywhere, also inside rows;
    ///   where the text ends early or goes on after the document; where a row is no object; past a limit.
    /// - Complexity: O(*n*); a row without white space is copied in one piece, and none costs an allocation.
    package static func parse(
        _ bytes: UnsafeRawBufferPointer, limits: Limits = Limits()
    ) throws(RowJSONError) -> Envelope {
        var parser = EnvelopeParser(
            scanner: try JSONScanner(bytes, nesting: limits.nesting), mostRows: limits.rows)
        return try parser.parse()
    }

    package static func parse(_ bytes: [UInt8], limits: Limits = Limits()) throws(RowJSONError) -> Envelope {
        try bytes.withUnsafeBytes { buffer in Result { () throws(RowJSONError) in try parse(buffer, limits: limits) } }
            .get()
    }
}
