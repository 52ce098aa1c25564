package import Archive
package import Records
package import RowJSON
package import StorageTime

/// What a restore read and wrote.
///
/// As a file it is one JSON object:
///
///     {"task":"…","source":"storage-time","format":"csv","from":"…","to":"…","captured_at":null,"windows":365,
///      "snapshots":365,"rows_in":336776,"rows_out":336776,"rows_filtered":0,"rows_deduped":0,"rows_sampled_out":0,
///      "rows_limited":0,"bytes_in":…,"uncompressed_bytes":…,"bytes_out":…,"columns":["year","month"],
///      "renamed":["old=new"],"where":["…"],"dedupe_by":null,"keep":null,"sample":null,"seed":null,
///      "limit":null,"lone_surrogates":0,"invalid_utf8":0,"nuls":0,"gaps":[{"from":"…","to":"…"}],"pruned":[],
///      "unproven":[],
///      "files":[{"path":"…","rows":336776,"bytes":…}]}
///
/// `from` and `to` are null for a capture, whose `captured_at` is set instead. Every row is accounted for: `rows_in` is
/// the sum of `rows_out`, `rows_filtered`, `rows_deduped`, `rows_sampled_out` and `rows_limited`. `dedupe_by` is a list
/// of columns, empty for whole rows. With `--present`, `rows_absent` and `windows_untold` come behind `limit`.
package struct RestoreReceipt: Sendable, Hashable {
    package var task: String
    package var source: RowSource
    package var format: RestoreFormat
    /// The range restored; nil for a capture.
    package var range: Window?
    /// When the capture was taken; nil for a range.
    package var capturedAt: String?
    /// Windows in the range, those without rows included.
    package var windows: Int
    /// Archives read.
    package var snapshots = 0
    /// Rows that the manifests state.
    package var rowsIn = 0
    /// Whether rows were left out that the cloud no longer had when their window was last taken.
    package var present: Bool
    /// How many these are; they are not among ``rowsIn``.
    package var rowsAbsent = 0
    /// Windows that have such rows and do not tell which: all of their rows were written.
    package var untoldWindows = 0
    /// Rows written.
    package var rowsOut = 0
    /// Rows that met not all conditions.
    package var rowsFiltered = 0
    /// Rows left out since one that is the same is written.
    package var rowsDeduped = 0
    /// Rows that a sample left out.
    package var rowsSampledOut = 0
    /// Rows that come after the last one that a limit lets through, most of which were not looked at.
    package var rowsLimited = 0
    /// Compressed bytes read.
    package var bytesIn = 0
    /// Bytes of rows read, newlines included.
    package var uncompressedBytes = 0
    /// Bytes written, the header included.
    package var bytesOut = 0
    /// The columns written, by the names that they are written with.
    package var columns: [String]
    /// What was asked for in ``RestoreOptions/renames``.
    package var renames: [String]
    /// What was asked for in ``RestoreOptions/rules``.
    package var rules: RowRules
    /// What was written as U+FFFD, in values and, each once, in the names of columns; and NUL characters written.
    /// NDJSON, and JSON of a lone surrogate, have them as they came.
    package var repairs = TextRepairs()
    /// How often U+FFFD was written for what is no text.
    package var replacedCharacters: Int { repairs.replaced }
    package var gaps: [Window]
    package var pruned: [Window]
    package var unproven: [Window]
    /// What was written, output by output.
    package var files: [File] = []

    /// One output.
    package struct File: Sendable, Hashable {
        /// nil for what is no file, such as standard output.
        package var path: String?
        package var rows: Int
        /// Of a database, the whole file's size.
        package var bytes: Int
    }

    init(_ plan: RestorePlan, _ options: RestoreOptions, _ choice: ColumnChoice) {
        task = plan.request.task
        source = plan.request.source
        present = plan.request.present
        format = options.format
        renames = options.renames
        rules = options.rules
        if let names = rules.dedupe?.columns { rules.dedupe?.columns = ColumnNames(choice.names(meantBy: names)) }
        range = plan.range
        capturedAt = plan.capturedAt.map(UTCTime.text)
        windows = plan.windows
        columns = choice.names
        if options.format != .ndjson { repairs = choice.repairs }
        gaps = plan.gaps
        pruned = plan.pruned
        unproven = plan.unproven
    }

    /// The JSON text, without a line end.
    package func encoded() -> [UInt8] {
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
        json.number("rows_filtered", rowsFiltered)
        json.number("rows_deduped", rowsDeduped)
        json.number("rows_sampled_out", rowsSampledOut)
        json.number("rows_limited", rowsLimited)
        json.number("bytes_in", bytesIn)
        json.number("uncompressed_bytes", uncompressedBytes)
        json.number("bytes_out", bytesOut)
        json.list("columns", columns) { JSONText.appendQuoted($0, to: &$1) }
        encodeChanges(&json)
        json.number("lone_surrogates", repairs.loneSurrogates)
        json.number("invalid_utf8", repairs.invalidUTF8)
        json.number("nuls", repairs.nuls)
        for (key, windows) in [("gaps", gaps), ("pruned", pruned), ("unproven", unproven)] {
            json.list(key, windows) { $1 += Array("{\"from\":\"\($0.from)\",\"to\":\"\($0.to)\"}".utf8) }
        }
        json.list("files", files.filter { $0.path != nil }) { file, bytes in
            var entry = ReceiptWriter()
            entry.text("path", file.path)
            entry.number("rows", file.rows)
            entry.number("bytes", file.bytes)
            bytes += entry.finish()
        }
        return json.finish()
    }

    /// What was asked for that changes rows or leaves some out.
    private func encodeChanges(_ json: inout ReceiptWriter) {
        json.list("renamed", renames) { JSONText.appendQuoted($0, to: &$1) }
        json.list("where", rules.conditions) { JSONText.appendQuoted($0, to: &$1) }
        if let dedupe = rules.dedupe {
            json.list("dedupe_by", dedupe.columns?.likely ?? []) { JSONText.appendQuoted($0, to: &$1) }
        } else {
            json.number("dedupe_by", nil)
        }
        json.text("keep", rules.dedupe?.keep.rawValue)
        json.text("sample", rules.sample?.description)
        json.number("seed", rules.sample.map { Int(truncatingIfNeeded: $0.seed) })
        json.number("limit", rules.limit)
        guard present else { return }
        json.number("rows_absent", rowsAbsent)
        json.number("windows_untold", untoldWindows)
    }

    /// Says how large the database became that the rows went to.
    package mutating func set(databaseSize bytes: Int) {
        bytesOut = bytes
        for number in files.indices { files[number].bytes = bytes }
    }

    /// Writes receipts to a file, a line each, whole or not at all.
    ///
    /// - Throws: ``RestoreError/Code/cannotWrite``.
    package static func write(
        _ receipts: [RestoreReceipt], to path: String, files: any Files = DiskFiles()
    ) throws(RestoreError) {
        let sink = try FileSink(path: path, files: files)
        do throws(RestoreError) {
            for receipt in receipts { try sink.write(all: receipt.encoded() + [Byte.newline]) }
            try sink.finish()
        } catch {
            sink.abandon()
            throw error
        }
    }
}
