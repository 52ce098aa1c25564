public import Archive
internal import RowJSON
public import StorageTime

/// What a restore read and wrote.
///
/// As a file it is one JSON object:
///
///     {"task":"…","source":"storage-time","format":"csv","from":"…","to":"…","windows":365,"snapshots":365,
///      "rows_in":336776,"rows_out":336776,"bytes_in":…,"uncompressed_bytes":…,"bytes_out":…,
///      "columns":["year","month"],"lone_surrogates":0,"nuls":0,"gaps":[{"from":"…","to":"…"}],"pruned":[],
///      "unproven":[],"captured_at":null}
///
/// `from` and `to` are null for a capture, whose `captured_at` is set instead.
public struct RestoreReceipt: Sendable, Hashable {
    public var task: String
    public var source: RowSource
    public var format: RestoreFormat
    /// The range restored; nil for a capture.
    public var range: Window?
    /// When the capture was taken; nil for a range.
    public var capturedAt: String?
    /// Windows in the range, those without rows included.
    public var windows: Int
    /// Archives read.
    public var snapshots = 0
    /// Rows that the manifests state.
    public var rowsIn = 0
    /// Rows written.
    public var rowsOut = 0
    /// Compressed bytes read.
    public var bytesIn = 0
    /// Bytes of rows read, newlines included.
    public var uncompressedBytes = 0
    /// Bytes written, the header included.
    public var bytesOut = 0
    /// The columns written.
    public var columns: [String]
    /// Halves of surrogate pairs written as U+FFFD.
    public var loneSurrogates = 0
    /// NUL characters written.
    public var nuls = 0
    public var gaps: [Window]
    public var pruned: [Window]
    public var unproven: [Window]

    init(_ plan: RestorePlan, format: RestoreFormat, columns: [String]) {
        task = plan.request.task
        source = plan.request.source
        self.format = format
        range = plan.range
        capturedAt = plan.capturedAt.map(UTCTime.text)
        windows = plan.windows
        self.columns = columns
        gaps = plan.gaps
        pruned = plan.pruned
        unproven = plan.unproven
    }

    /// The JSON text, without a line end.
    public func encoded() -> [UInt8] {
        var json = ReceiptWriter()
        json.text("task", task)
        json.text("source", source.rawValue)
        json.text("format", format.rawValue)
        json.text("from", range?.from.description)
        json.text("to", range?.to.description)
        json.text("captured_at", capturedAt)
        json.number("windows", windows)
        json.number("snapshots", snapshots)
        json.number("rows_in", rowsIn)
        json.number("rows_out", rowsOut)
        json.number("bytes_in", bytesIn)
        json.number("uncompressed_bytes", uncompressedBytes)
        json.number("bytes_out", bytesOut)
        json.list("columns", columns) { JSONText.appendQuoted($0, to: &$1) }
        json.number("lone_surrogates", loneSurrogates)
        json.number("nuls", nuls)
        for (key, windows) in [("gaps", gaps), ("pruned", pruned), ("unproven", unproven)] {
            json.list(key, windows) { $1 += Array("{\"from\":\"\($0.from)\",\"to\":\"\($0.to)\"}".utf8) }
        }
        return json.finish()
    }

    /// Writes the receipt to a file, whole or not at all.
    ///
    /// - Throws: ``RestoreError/Code/cannotWrite``.
    public func write(to path: String, files: any Files = DiskFiles()) throws(RestoreError) {
        let sink = try FileSink(path: path, files: files)
        do throws(RestoreError) {
            try sink.write(all: encoded() + [Byte.newline])
            try sink.finish()
        } catch {
            sink.abandon()
            throw error
        }
    }
}

/// One flat JSON object, key by key.
private struct ReceiptWriter {
    private var bytes: [UInt8] = [Byte.openBrace]

    private mutating func key(_ key: String) {
        if bytes.count > 1 { bytes.append(Byte.comma) }
        JSONText.appendQuoted(key, to: &bytes)
        bytes.append(Byte.colon)
    }

    mutating func text(_ key: String, _ value: String?) {
        self.key(key)
        if let value { JSONText.appendQuoted(value, to: &bytes) } else { bytes += Array("null".utf8) }
    }

    mutating func number(_ key: String, _ value: Int) {
        self.key(key)
        bytes += Array(String(value).utf8)
    }

    mutating func list<Element>(_ key: String, _ values: [Element], _ append: (Element, inout [UInt8]) -> Void) {
        self.key(key)
        bytes.append(Byte.openBracket)
        for (place, value) in values.enumerated() {
            if place > 0 { bytes.append(Byte.comma) }
            append(value, &bytes)
        }
        bytes.append(Byte.closeBracket)
    }

    consuming func finish() -> [UInt8] { bytes + [Byte.closeBrace] }
}
