import Archive
import CSQLite
import Foundation
import TestSupport
import Testing

/// A sound vault, and copies of it in which numbers are not what they were.
final class CraftedVault: Sendable {
    static let task = "b1d51de6-f644-4a26-b659-d001fe527f4c"

    private let original: Program

    init() async throws {
        original = try Program()
        let demo = try await original.run("demo", "\(original.folder.path)/demo")
        try #require(demo.status == 0, "\(demo.errors)")
    }

    /// The program over a copy of the vault of its own; the original lies beside it.
    func copy() throws -> Program {
        let program = try Program()
        for name in ["vault", "original"] {
            try FileManager.default.copyItem(
                atPath: "\(original.folder.path)/demo/vault", toPath: "\(program.folder.path)/\(name)")
        }
        return program
    }

    /// Takes the constraints off a catalog and puts an edge number into some of its columns.
    func craftCatalog(of program: Program, _ dice: inout SeededGenerator) throws {
        let path = "\(program.vault)/catalog.sqlite"
        try execute(
            path,
            """
            PRAGMA writable_schema = ON;
            UPDATE sqlite_schema SET sql = replace(replace(replace(replace(sql, 'STRICT, WITHOUT', 'WITHOUT'), 'STRICT', ''),
                ' NOT NULL', ''), 'CHECK (', 'CHECK (1 OR ') WHERE type = 'table';
            PRAGMA writable_schema = OFF;
            """)
        let columns = try SQLiteReader(path).rows(
            """
            SELECT m.name, c.name FROM sqlite_schema AS m, pragma_table_info(m.name) AS c
            WHERE m.type = 'table' AND m.name NOT LIKE 'grdb%' AND m.name NOT LIKE 'sqlite%'
            """)
        for _ in 0..<Int.random(in: 1...3, using: &dice) {
            guard let column = columns.randomElement(using: &dice), let table = column[0], let name = column[1] else {
                continue
            }
            let values = Self.sqlValues + EdgeNumbers.counts.filter { !$0.hasPrefix("\"") }
            let value = values.randomElement(using: &dice) ?? "NULL"
            let rows = Bool.random(using: &dice) ? "" : " WHERE rowid % 7 = 3"
            // A table without rowids takes it all. A key that comes twice is refused, and stays; so is a rowid that is
            // no number, which no file can hold.
            if (try? execute(path, "UPDATE OR IGNORE \(table) SET \(name) = \(value)\(rows)")) == nil {
                _ = try? execute(path, "UPDATE OR IGNORE \(table) SET \(name) = \(value)")
            }
        }
    }

    private static let sqlValues = ["NULL", "'text'", "x'00ff'", "''", "'../outside'", "9e999"]

    private func execute(_ path: String, _ sql: String) throws {
        var database: OpaquePointer?
        defer { sqlite3_close(database) }
        guard sqlite3_open(path, &database) == SQLITE_OK, sqlite3_exec(database, sql, nil, nil, nil) == SQLITE_OK else {
            throw SQLiteReader.Failure(message: String(cString: sqlite3_errmsg(database)))
        }
    }

    /// Changes a number, a state or a time of a manifest, and puts its checksum right.
    func craftManifest(of program: Program, _ dice: inout SeededGenerator) throws {
        let names = FileManager.default.enumerator(atPath: program.vault)?.compactMap { $0 as? String } ?? []
        let manifests = names.filter { $0.hasSuffix(".manifest.json") }.sorted()
        guard let name = manifests.randomElement(using: &dice) else { return }
        let path = "\(program.vault)/\(name)"
        var text = try String(contentsOfFile: path, encoding: .utf8)
        for _ in 0..<Int.random(in: 1...3, using: &dice) {
            let (pattern, values) = Self.changes.randomElement(using: &dice) ?? Self.changes[0]
            let places = text.ranges(of: pattern)
            guard let place = places.randomElement(using: &dice) else { continue }
            text.replaceSubrange(place, with: values.randomElement(using: &dice) ?? "0")
        }
        let lead = "\"manifest_sha256\":\""
        guard let end = text.range(of: lead, options: .backwards)?.lowerBound else { return }
        let head = String(text[..<end])
        try (head + lead + SHA256.hash(Array(head.utf8)).hex + "\"}\n").write(
            toFile: path, atomically: true, encoding: .utf8)
    }

    nonisolated(unsafe) private static let changes: [(Regex<Substring>, [String])] = [
        (
            /":[0-9]+/,
            ["0", "1", "999999999999999", "999999999999998", "-1", "1000000000000000"].map { "\":" + $0 }
        ),
        (/sealed|empty|pruned|unproven/, ["sealed", "empty", "pruned", "unproven"]),
        (
            /[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]{8}/,
            ["0001-01-01 00:00:00", "9999-12-31 23:59:59", "2013-01-01 00:00:00"]
        ),
        (/[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z/, ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"]),
        (
            /"parts":\[\]/,
            [
                #""parts":[{"state":"pruned","window":{"from":"2013-01-01 00:00:00","to":"2013-01-01 01:00:00","time_zone":"UTC"},"interval":{"convention":"closed","assumed":false},"proof":"one-answer","revision":1,"captured_at":"2026-11-23T10:15:00Z","rechecked_at":null,"total":999999999999999,"edge_rows":0,"kept":0,"rows":999999999999999,"rows_digest":"0000000000000000000000000000000000000000000000000000000000000000","members":{"first":0,"count":999999999999999}}]"#
            ]
        ),
    ]
}
