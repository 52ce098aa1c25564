import Catalog
import Foundation
import Records
import StorageTime
import TestSupport

/// A folder of its own for one test, removed with the value.
final class Scratch: Sendable {
    let path: String

    init() throws {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("catalog-" + UUID().uuidString)
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path
    }

    deinit {
        try? FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        try? FileManager.default.removeItem(atPath: path)
    }

    var file: String { path + "/catalog.sqlite" }

    func open() throws -> SnapshotCatalog {
        try SnapshotCatalog.open(path: file, lockFile: path + "/catalog.lock", now: testNow)
    }
}

/// 2026-11-23T10:00:00Z.
let testNow = Date(timeIntervalSince1970: 1_795_428_000)

/// xorshift64*, so that a printed seed repeats a test.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    init(seed: UInt64) {
        state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    }

    mutating func next() -> UInt64 {
        state ^= state >> 12
        state ^= state << 25
        state ^= state >> 27
        return state &* 0x2545_F491_4F6C_DD1D
    }
}

func hours(_ from: Int, _ to: Int) throws -> Window {
    let day = try StorageInstant(parsing: "2026-11-01")
    return try Window(from: day.advanced(by: from * 3600), to: day.advanced(by: to * 3600))
}

func snapshot(
    _ window: Window?, task: String = "t", source: RowSource = .storageTime, host: String = "h",
    state: SnapshotState = .sealed, rows: Int = 10, bytes: Int = 100, kept: Int = 0, capturedAt: Date = testNow,
    name: String? = nil
) -> SnapshotRecord {
    let folder =
        "vault_source=\(source.rawValue)/vault_task=\(task)/vault_date=\(window?.from.dateText ?? "2026-11-23")"
    let stem = window.map { "\($0.from.compact)_\($0.to.compact)" } ?? "20261123T100000Z-1"
    return SnapshotRecord(
        path: "\(folder)/\(name ?? "_\(stem).manifest.json")", task: task, taskName: "Task \(task)", source: source,
        window: window, state: state, host: host, timeZone: "UTC", convention: .closed, proof: .oneAnswer,
        capturedAt: capturedAt, total: rows - kept, kept: kept, rows: rows, bytes: bytes, uncompressedBytes: bytes * 8,
        rowsDigest: String(repeating: "0", count: 64), columns: ["a", "b\"\u{e9}"], archive: "\(stem).r1.ndjson.gz",
        archiveSHA256: String(repeating: "1", count: 64), manifestSHA256: String(repeating: "2", count: 64))
}

func change(_ records: [SnapshotRecord]) -> IndexChange {
    var change = IndexChange()
    change.written = records
    return change
}
