import Archive
import Foundation
package import Restore

/// Where a restore writes to, and in which format, from `-o`, `--format`, `--gzip` and `--split`.
package struct RestoreTarget: Sendable {
    package enum Place: Sendable {
        case standardOutput
        case file(String)
        /// A file a task or, where rows are split, a task's day or month.
        case folder(String)
    }

    package let place: Place
    package let format: RestoreFormat
    package let gzip: Bool

    /// - Parameters:
    ///   - out: `-` or `/dev/stdout`, a file, or a folder: what ends in a slash, or is one.
    ///   - tasks: how many; nil for all of the vault, to be checked by ``check(tasks:)`` when they are known.
    /// - Throws: ``Problem`` with status `usage`.
    package init(out: String, format name: String?, gzip: Bool, split: RestoreRequest.Split?, tasks: Int?) throws {
        var isFolder = ObjCBool(out.hasSuffix("/"))
        if !isFolder.boolValue { _ = FileManager.default.fileExists(atPath: out, isDirectory: &isFolder) }
        let isStandardOutput = out == "-" || OpenOutput.descriptor(named: out) == 1
        place = isStandardOutput ? .standardOutput : isFolder.boolValue ? .folder(out) : .file(out)
        let ending = isFolder.boolValue ? (nil, false) : RestoreFormat.named(PathText.name(of: out))
        if name == nil, !isFolder.boolValue, let other = Self.other(PathText.name(of: out)) { throw other }
        format = try name.map(Self.format) ?? ending.0 ?? .csv
        self.gzip = gzip || ending.1
        try check(split)
        if let tasks { try check(tasks: tasks) }
    }

    package var isFolder: Bool {
        if case .folder = place { return true }
        return false
    }

    /// What messages call it: nothing for standard output.
    package var name: String? {
        switch place {
        case .standardOutput: nil
        case .file(let path), .folder(let path): path
        }
    }

    private static func format(_ name: String) throws -> RestoreFormat {
        if name.lowercased() == "parquet" { throw parquet }
        guard let format = RestoreFormat(rawValue: name) else {
            let all = RestoreFormat.allCases.map(\.rawValue).joined(separator: ", ")
            throw Problem.usage("--format: '\(name)' is not a format", hint: "choose one of \(all)")
        }
        return format
    }

    /// What an ending stands for that restore does not write; nil for every other ending.
    private static func other(_ fileName: String) -> Problem? {
        guard let dot = fileName.lastIndex(of: ".") else { return nil }
        let ending = fileName[fileName.index(after: dot)...].lowercased()
        let hint: String
        switch ending {
        case "parquet": return parquet
        case "xlsx", "xls", "xlsm", "xlsb", "ods", "numbers":
            hint = "spreadsheets open CSV: -o rows.csv --excel"
        case "zst", "zstd", "bz2", "xz", "lz4", "lzma", "br", "7z", "zip", "rar", "z", "tar", "tgz", "tbz", "txz":
            hint = "restore compresses with gzip: -o rows.csv.gz; for another: restore … -o - | zstd > rows.csv.zst"
        case "orc", "avro", "arrow", "feather", "ipc", "duckdb", "pkl", "pickle", "rds", "rdata", "dta", "sav",
            "sas7bdat",
            "h5", "hdf5", "mdb", "accdb":
            hint = "write CSV, NDJSON or SQLite and convert it; contrib/recipes has examples"
        case "xml", "html", "htm", "yaml", "yml", "md", "pdf", "doc", "docx", "sql", "toml":
            hint = "write CSV, TSV, NDJSON, JSON or SQLite, or say with --format what is to be in the file"
        default: return nil
        }
        return Problem.usage("restore writes no .\(ending)", hint: hint)
    }

    private static var parquet: Problem {
        Problem.usage(
            "restore writes no Parquet",
            hint: "DuckDB makes it from the vault's own files: contrib/recipes/parquet.sql")
    }

    private func check(_ split: RestoreRequest.Split?) throws {
        if format == .sqlite, case .standardOutput = place {
            throw Problem.usage("a database cannot be written to standard output", hint: "name a file: -o rows.db")
        }
        if let split {
            guard format != .sqlite else {
                throw Problem.usage(
                    "--split is for files of rows; a database holds all of them, with an index on their windows",
                    hint: "leave --split out")
            }
            guard isFolder else {
                throw Problem.usage(
                    "--split \(split.rawValue) writes a file a \(split.rawValue), and -o names no folder",
                    hint: "name one, with a slash behind: -o rows/")
            }
        }
    }

    /// - Throws: ``Problem`` with status `usage` where so many tasks do not fit into the output.
    package func check(tasks: Int) throws {
        guard tasks <= 1 || isFolder || format == .sqlite else {
            throw Problem.usage(
                "\(tasks) tasks do not fit into one \(format.rawValue) output",
                hint: "name one of them; or a folder, with a slash behind: -o rows/; or a database: -o rows.db")
        }
    }
}
