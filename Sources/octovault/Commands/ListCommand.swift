import Archive
import ArgumentParser
import Catalog
import Foundation
import Operations
import Records
import StorageTime
import Vault

struct ListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List snapshots, or the paths of their archives.",
        discussion: """
            --files prints the committed archives' paths and nothing else: octovault list TASK --files | xargs zcat. Where \
            a task has captures, too, --source tells them apart.
            --json prints one manifest a line, with its path. A screen gets a table, a pipe one line a snapshot.

            EXIT STATUS: 0 listed · 65 a manifest cannot be read · 78 vault of a newer format
            """)

    @OptionGroup var selection: SelectionOptions

    @Option(
        help: ArgumentHelp(
            "Only snapshots of storage-time, increments, all, last-extraction, unexported or lot.", valueName: "source")
    )
    var source: RowSource?

    @Flag(help: "Print the archives' paths only.")
    var files = false

    @OptionGroup var vault: VaultOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let range = try selection.range()
        let vault = try vault.open(output)
        defer { vault.close() }
        let wanted = try selection.tasks(in: vault)
        var writer = LineWriter()
        var table = SnapshotTable(output.terminal)
        let isOnScreen = output.terminal.width != nil
        var isNothing = true
        if files {
            try vault.forEachArchivePath(tasks: wanted, source: source, in: range) {
                isNothing = false
                try writer.write(Array($0.utf8))
            }
        } else {
            try vault.forEachSnapshot(tasks: wanted, source: source, in: range) { record in
                isNothing = false
                if output.json {
                    try vault.manifestLine(of: record).map { try writer.write($0) }
                } else if isOnScreen {
                    try table.add(record)
                } else {
                    try writer.write(Array(record.line.printable.utf8))
                }
            }
        }
        try table.flush()
        try writer.flush()
        if isNothing { try output.sayNothing(in: vault, tasks: selection.tasks) }
    }
}

extension SnapshotVault {
    /// The snapshot's manifest as it is, on one line, with the path of its file as a last key; nil where it is gone.
    fileprivate func manifestLine(of record: SnapshotRecord) throws -> [UInt8]? {
        let path = layout.path(record.path)
        guard let manifest = try manifest(at: record.path) else { return nil }
        var line = manifest.encoded()
        while let last = line.last, last != UInt8(ascii: "}") { line.removeLast() }
        line.removeLast()
        return PrintableJSON.line(line) + Array(",\"path\":".utf8) + OrderedJSON.text(path).line + [UInt8(ascii: "}")]
    }
}

extension SnapshotRecord {
    fileprivate var line: String {
        let name = window?.description ?? "\(source.rawValue)  captured \(capturedAt.formatted(.iso8601))"
        let kept = kept > 0 ? ", \(kept.grouped) kept" : ""
        let edge = isEdgeOnly ? ", for an edge only" : ""
        let windows = parts.isEmpty ? "" : ", \(parts.count.counted("window"))"
        return "\(task)  \(name)  \(state.rawValue)  \(rows.counted("row")), \(bytes.byteSize), r\(revision)"
            + kept + windows + edge
    }
}

/// Writes lines to standard output in large pieces.
struct LineWriter {
    private var buffer: [UInt8] = []

    mutating func write(_ line: [UInt8]) throws {
        buffer += line
        buffer.append(UInt8(ascii: "\n"))
        if buffer.count > 1 << 16 { try flush() }
    }

    mutating func flush() throws {
        try Terminal.write(buffer, to: 1)
        buffer.removeAll(keepingCapacity: true)
    }
}
