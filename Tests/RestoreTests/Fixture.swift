import Archive
import Foundation
import Records
import RowJSON
import StorageTime
import Synchronization
import TestSupport
import Testing

@testable import Restore

/// A vault in memory, and what tests need around it.
struct Fixture {
    static let capturedAt = Date(timeIntervalSince1970: 1_795_428_900)

    let files = MemoryFiles()
    let layout = ArchiveLayout(root: "/vault")
    let task = "weather"

    init() throws {
        try files.makeFolders(layout.root)
    }

    static func instant(_ text: String) -> StorageInstant {
        guard let instant = try? StorageInstant(parsing: text) else { preconditionFailure("\(text) is no time") }
        return instant
    }

    static func window(_ from: String, _ to: String) -> Window {
        guard let window = try? Window(from: instant(from), to: instant(to)) else {
            preconditionFailure("\(from) to \(to) is no window")
        }
        return window
    }

    /// The window of a day of January 2013.
    static func day(_ day: Int) -> Window {
        let from = StorageInstant.earliest.advanced(by: instant("2013-01-01").seconds + (day - 1) * 86_400)
        guard let window = try? Window(from: from, to: from.advanced(by: 86_400)) else { preconditionFailure() }
        return window
    }

    func address(_ window: Window) throws -> SnapshotAddress {
        SnapshotAddress(source: .storageTime, task: try TaskID(task), name: .window(window))
    }

    /// Publishes members of rows as the next revision of a window.
    @discardableResult
    func publish(_ members: [[String]], _ window: Window, columns: [String]? = nil) throws -> StoredSnapshot {
        try publish(members, at: try address(window), columns: columns)
    }

    @discardableResult
    func publish(_ members: [[String]], at address: SnapshotAddress, columns: [String]? = nil) throws -> StoredSnapshot
    {
        var snapshot = try publish(bytes: members.map { rows in rows.map { Array($0.utf8) } }, at: address)
        if let columns { snapshot.columns = columns }
        return snapshot
    }

    /// Publishes members of rows given as bytes.
    @discardableResult
    func publish(bytes members: [[[UInt8]]], at address: SnapshotAddress) throws -> StoredSnapshot {
        let folder = SnapshotFolder(path: layout.path(address.folder), files: files)
        let revision = try folder.nextRevision(of: address.name)
        let draft = ArchiveDraft(at: address, revision: revision, layout: layout, files: files)
        let encoder = try MemberEncoder()
        for rows in members {
            let lines = rows.reduce(into: [UInt8]()) { lines, row in
                lines += row
                lines.append(0x0A)
            }
            try draft.append(encoder.encode(RowBlock(ndjson: lines)))
        }
        let manifest = Manifest(
            tool: "octovault 0.1.0", state: draft.rows == 0 ? .empty : .sealed, source: address.source,
            host: "dataapi.octoparse.com", task: address.task, window: address.name.window, convention: .closed,
            proof: .oneAnswer, revision: revision, capturedAt: Self.capturedAt, total: draft.rows, rows: draft.rows,
            columns: draft.columns, rowsDigest: draft.digest, archive: try draft.finish())
        try Publisher(layout: layout, files: files).publish(manifest, draft: draft, at: address)
        return StoredSnapshot(manifest, manifestPath: layout.path(address.manifestPath))
    }

    func archivePath(_ window: Window, revision: Int = 1) throws -> String {
        layout.path(try address(window).archivePath(revision: revision))
    }

    /// Restores snapshots and gives back the output's text.
    func restore(
        _ snapshots: [StoredSnapshot], _ options: RestoreOptions? = nil, width: Int? = nil,
        request: RestoreRequest? = nil, spilling: Spilling = Spilling()
    ) async throws -> (text: String, receipt: RestoreReceipt) {
        let sink = MemorySink()
        let plan = try RestorePlan(request ?? RestoreRequest(task: task), snapshots: snapshots)
        let receipt = try await Restorer(files: files, width: width, spilling: spilling).restore(
            plan, options ?? RestoreOptions(), to: sink)
        #expect(sink.isFinished)
        #expect(receipt.bytesOut == sink.bytes.count)
        #expect(
            receipt.rowsIn == receipt.rowsOut + receipt.rowsFiltered + receipt.rowsDeduped + receipt.rowsSampledOut
                + receipt.rowsLimited, "every row is accounted for")
        return (String(decoding: sink.bytes, as: UTF8.self), receipt)
    }
}

/// Keeps an output in memory.
final class MemorySink: RowSink {
    private struct State {
        var bytes: [UInt8] = []
        var isFinished = false
        var isAbandoned = false
    }

    private let state = Mutex(State())

    var bytes: [UInt8] { state.withLock { $0.bytes } }
    var isFinished: Bool { state.withLock { $0.isFinished } }
    var isAbandoned: Bool { state.withLock { $0.isAbandoned } }

    func write(_ bytes: UnsafeRawBufferPointer) {
        let copy = Array(bytes)
        state.withLock { $0.bytes += copy }
    }

    func finish() { state.withLock { $0.isFinished = true } }
    func abandon() { state.withLock { $0.isAbandoned = true } }
}

/// Keeps the outputs that a restore opens, by the names of their shares.
final class MemoryOutputs: Sendable {
    private let all = Mutex<[(name: String, sink: MemorySink)]>([])

    var sinks: [(name: String, sink: MemorySink)] { all.withLock { $0 } }
    var texts: [String: String] {
        Dictionary(uniqueKeysWithValues: sinks.map { ($0.name, String(decoding: $0.sink.bytes, as: UTF8.self)) })
    }

    func open(_ share: RestorePlan.Share) -> any RowSink {
        let sink = MemorySink()
        all.withLock { $0.append((share.name ?? "", sink)) }
        return sink
    }
}

/// Encodes rows without a vault: the header, the rows and the footer.
func encode(
    _ rows: [String], _ options: RestoreOptions, columns: [String]? = nil, scratch given: EncodingScratch? = nil
) throws -> String {
    var collector = ColumnCollector()
    if let columns {
        collector.add(columns)
    } else {
        for row in rows { try Array(row.utf8).withUnsafeBytes { try collector.observe($0) } }
    }
    let choice = try ColumnChoice(all: collector.names, asked: options.columns)
    let encoder = options.encoder(choice, hasRows: !rows.isEmpty)
    let scratch = given ?? EncodingScratch(columns: choice.index.count)
    let output = OutputBuffer(capacity: 1)
    try Array(rows.map { $0 + "\n" }.joined().utf8).withUnsafeBytes { try encoder.encode($0, scratch, to: output) }
    let body = Array(output.bytes.dropFirst(rows.isEmpty ? 0 : encoder.separatorBytes))
    return String(decoding: encoder.header + body + encoder.footer(afterRows: rows.count), as: UTF8.self)
}
