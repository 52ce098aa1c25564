import Archive
import Foundation
import Records
import StorageTime
import TestSupport

/// Manifests, most of them with a checksum that is right for what they say: one that is taken says the same when
/// written and read again, and every refusal is an ``ArchiveError``.
enum ManifestFuzz: FuzzTarget {
    static let name = "manifest"

    static var corpus: [[UInt8]] {
        get throws {
            let bare = try Manifest(
                tool: "octovault 0.1.0", state: .empty, source: .all, host: "dataapi.octoparse.com",
                task: TaskID("../../etc/x"), window: nil, proof: .totals, capturedAt: captured, total: 0, rows: 0)
            return try [bare, full(), compacted()].map { $0.encoded() }
        }
    }

    static let words = [
        "null", "true", "false", "[", "]", "{", "}", "[]", "{}", "\"sealed\"", "\"pruned\"", "\"unproven\"", "\"all\"",
        "\"unexported\"", "\"two-passes\"", "\"left-open\"", "\"0001-01-01 00:00:00\"", "\"9999-12-31 23:59:59\"",
        "\"2013-02-30 00:00:00\"", "\"2026-11-23T10:15:00Z\"", "2013", "\"format\"", "\\u0000", "\\ud83d\\ude00",
        "\\ud800",
    ]

    static func check(_ input: [UInt8]) throws -> Bool {
        let manifest: Manifest
        do throws(ArchiveError) {
            manifest = try Manifest.decode(input)
        } catch {
            let codes: [ArchiveError.Code] = [
                .manifestUnreadable, .manifestSHA256, .manifestInconsistent, .newerFormat,
            ]
            guard codes.contains(error.code) else { throw Finding("the code is \(error.code)") }
            return false
        }
        let written = manifest.encoded()
        guard try Manifest.decode(written) == manifest else { throw Finding("written and read, it is another") }
        guard !written.dropLast().contains(UInt8(ascii: "\n")) else { throw Finding("it has several lines") }
        return true
    }

    /// Puts the checksum right, but for one input in eight.
    static func finish(_ input: [UInt8], _ mutator: inout Mutator) -> [UInt8] {
        let lead = Array("\"manifest_sha256\":\"".utf8)
        guard mutator.number(8) > 0, let start = Data(input).range(of: Data(lead), options: .backwards)?.lowerBound
        else {
            return input
        }
        let sum = SHA256.hash(Array(input[..<start])).hex
        return input[..<start] + lead + Array((sum + "\"}\n").utf8)
    }

    private static let captured = Date(timeIntervalSince1970: 1_795_428_900)
    private static let hash = String(repeating: "ab", count: 32)
    private static let stem = "20130101T000000_20130102T000000"

    private static func window(_ from: String, _ to: String) throws -> Window {
        try Window(from: StorageInstant(parsing: from), to: StorageInstant(parsing: to))
    }

    private static func archive(revision: Int) -> ArchiveFacts {
        ArchiveFacts(
            file: "\(stem).r\(revision).ndjson.gz", bytes: 33_120, sha256: hash, uncompressedBytes: 276_812,
            members: [
                ArchiveMember(offset: 0, bytes: 33_000, uncompressedBytes: 276_000, rows: 842),
                ArchiveMember(offset: 33_000, bytes: 120, uncompressedBytes: 812, rows: 1),
            ])
    }

    private static func full() throws -> Manifest {
        guard let digest = RowsDigest(hex: String(repeating: "0", count: 62) + "ff") else { throw Finding("no digest") }
        let superseded = Manifest.Superseded(
            revision: 1, capturedAt: captured, rows: 843, rowsDigest: digest, archive: archive(revision: 1))
        return Manifest(
            tool: "octovault 0.1.0", state: .sealed, source: .storageTime, host: "dataapi.octoparse.com",
            task: try TaskID("B1D51DE6-F644-4A26-B659-D001FE527F4C"), taskName: "Wetter \"Köln\" 🌧\n\\",
            window: try window("2013-01-01", "2013-01-02"), timeZone: "UTC", convention: .closed, proof: .oneAnswer,
            revision: 2, capturedAt: captured, recheckedAt: captured.addingTimeInterval(49_501), total: 845,
            edgeRows: 3,
            kept: 1, rows: 843, requests: 4, columns: ["year", "month", ""], rowsDigest: digest,
            archive: archive(revision: 2), superseded: [superseded])
    }

    private static func compacted() throws -> Manifest {
        var manifest = try full()
        manifest.superseded = []
        manifest.replaces = ["_20130101T000000_20130101T120000.manifest.json"]
        manifest.parts = [
            Manifest.Part(
                state: .sealed, window: try window("2013-01-01", "2013-01-01 12:00:00"), timeZone: nil,
                convention: .halfOpen, isConventionAssumed: true, proof: .twoPasses, revision: 1, capturedAt: captured,
                recheckedAt: nil, total: 843, edgeRows: 0, kept: 0, rows: 843, rowsDigest: manifest.rowsDigest,
                members: 0..<2)
        ]
        return manifest
    }
}
