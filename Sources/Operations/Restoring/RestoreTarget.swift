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

    /// - Parameter out: `-` or `/dev/stdout`, a file, or a folder: what ends in a slash, or is one.
    /// - Throws: ``Problem`` with status `usage`.
    package init(out: String, format name: String?, gzip: Bool, split: RestoreRequest.Split?, tasks: Int) throws {
        var isFolder = ObjCBool(out.hasSuffix("/"))
        if !isFolder.boolValue { _ = FileManager.default.fileExists(atPath: out, isDirectory: &isFolder) }
        let isStandardOutput = out == "-" || OpenOutput.descriptor(named: out) == 1
        place = isStandardOutput ? .standardOutput : isFolder.boolValue ? .folder(out) : .file(out)
        let ending = isFolder.boolValue ? (nil, false) : RestoreFormat.named(PathText.name(of: out))
        if name == nil, !isFolder.boolValue, out.lowercased().hasSuffix(".parquet") { throw Self.parquet }
        format = try name.map(Self.format) ?? ending.0 ?? .csv
        self.gzip = gzip || ending.1
        try check(split, tasks)
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

    private static var parquet: Problem {
        Problem.usage(
            "restore writes no Parquet",
            hint: "DuckDB makes it from the vault's own files: contrib/recipes/parquet.sql")
    }

    private func check(_ split: RestoreRequest.Split?, _ tasks: Int) throws {
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
        guard tasks <= 1 || isFolder || format == .sqlite else {
            throw Problem.usage(
                "\(tasks) tasks do not fit into one \(format.rawValue) output",
                hint: "name a folder, with a slash behind: -o rows/; or a database: -o rows.db")
        }
    }
}
