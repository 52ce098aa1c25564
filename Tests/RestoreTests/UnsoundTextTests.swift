import Archive
import RowJSON
import StorageTime
import TestSupport
import Testing

@testable import Restore

/// Scraped text that is no text, such as bytes of a page in another encoding: NDJSON has it as it came, every other
/// format is sound UTF-8 and says how much was replaced, and no two columns become one.
@Suite struct UnsoundTextTests {
    /// Values as JSON text, and how often U+FFFD stands for something in them.
    static let values: [(json: [UInt8], replaced: Int)] = [
        (bytes("\"", [0xC4, 0xE3, 0xBA, 0xC3], "\""), 3),
        (bytes("\"a value of some length, and then ", [0xE9], "\""), 1),
        (bytes("\"a line\\nand ", [0xE4, 0xBD], "\""), 1),
        (bytes("[\"x\",{\"", [0xE9], "\":\"", [0xFF], "\"}]"), 2),
        (bytes("\"=", [0xE9], "\""), 1), (bytes("\"中文, 你好\""), 0), (bytes("\"plain\""), 0), (bytes("1.5"), 0),
    ]

    /// Text, and bytes that are none.
    enum Piece: ExpressibleByStringLiteral, ExpressibleByArrayLiteral {
        case text(String)
        case raw([UInt8])

        init(stringLiteral text: String) { self = .text(text) }
        init(arrayLiteral bytes: UInt8...) { self = .raw(bytes) }

        var bytes: [UInt8] {
            switch self {
            case .text(let text): Array(text.utf8)
            case .raw(let bytes): bytes
            }
        }
    }

    static func bytes(_ pieces: Piece...) -> [UInt8] { pieces.flatMap(\.bytes) }

    private static func row(_ fields: [(key: [UInt8], value: [UInt8])]) -> [UInt8] {
        let texts = fields.map { field in bytes("\"", .raw(field.key), "\":", .raw(field.value)) }
        return bytes("{", .raw(Array(texts.joined(separator: [Byte.comma]))), "}")
    }

    @Test(arguments: RestoreFormat.allCases.filter { $0 != .sqlite }, [false, true])
    func eachFormatButNDJSONIsSoundAndCounts(format: RestoreFormat, isChosen: Bool) async throws {
        for (json, replaced) in Self.values {
            let row = Self.row([(Array("a".utf8), json), (Array("b".utf8), json)])
            let vault = try Fixture()
            let snapshot = try vault.publish(bytes: [row, row], Fixture.day(1))
            let options = try RestoreOptions(format: format, columns: isChosen ? ["b", "a"] : nil)
            let (output, receipt) = try await vault.restoreBytes([snapshot], options)
            if format == .ndjson {
                let kept = isChosen ? Self.row([(Array("b".utf8), json), (Array("a".utf8), json)]) : row
                #expect(output == kept + [Byte.newline] + kept + [Byte.newline])
                #expect(receipt.repairs == TextRepairs())
            } else {
                #expect(String(validating: output, as: UTF8.self) != nil, "\(json)")
                #expect(receipt.repairs.invalidUTF8 == 4 * replaced, "\(json)")
                let shown = String(decoding: json, as: UTF8.self)
                if format == .json { #expect(String(decoding: output, as: UTF8.self).contains(shown)) }
            }
        }
    }

    @Test func textThatIsSoundIsWrittenAsItCame() async throws {
        let vault = try Fixture()
        let texts = ["é", "中文中文中文中文", "😀 and more of it", "\u{7FF}\u{800}\u{D7FF}\u{FFFF}\u{10FFFF}", "\u{FFFD}"]
        let snapshot = try vault.publish([texts.map { "{\"a\":\"\($0)\",\"b\":1}" }], Fixture.day(1))
        let (text, receipt) = try await vault.restore([snapshot])
        #expect(text == "a,b\n" + texts.map { "\($0),1\n" }.joined())
        #expect(receipt.repairs == TextRepairs())
    }

    /// Keys that look the same, in one row: every value comes out, in a column of its own.
    @Test(arguments: RestoreFormat.allCases.filter { $0 != .sqlite })
    func keysThatLookTheSameLoseNoValue(format: RestoreFormat) async throws {
        let keys: [[UInt8]] = [
            [0xE9], [0xE8], Array(#"\ud800"#.utf8), Array(#"\ud801"#.utf8), Array("\u{FFFD}".utf8), Array("n".utf8),
        ]
        let fields: [(key: [UInt8], value: [UInt8])] = keys.enumerated().map {
            ($0.element, Array("\"v\($0.offset)\"".utf8))
        }
        let vault = try Fixture()
        let snapshots = [
            try vault.publish(bytes: [Self.row(fields)], Fixture.day(1)),
            try vault.publish(bytes: [Self.row(fields.reversed())], Fixture.day(2)),
        ]
        let (output, receipt) = try await vault.restoreBytes(snapshots, RestoreOptions(format: format))
        let text = String(decoding: output, as: UTF8.self)
        for number in keys.indices { #expect(text.split(separator: "v\(number)").count == 3, "\(number): \(text)") }
        let names = ["\u{FFFD}~e9", "\u{FFFD}~e8", "\u{FFFD}~d800", "\u{FFFD}~d801", "\u{FFFD}", "n"]
        #expect(receipt.columns == names)
        switch format {
        case .csv: #expect(text == names.joined(separator: ",") + "\nv0,v1,v2,v3,v4,v5\nv0,v1,v2,v3,v4,v5\n")
        case .json:
            let row = zip(names, 0...).map { "\"\($0)\":\"v\($1)\"" }.joined(separator: ",")
            #expect(text == "[\n{\(row)},\n{\(row)}\n]\n")
        default: break
        }
        if format != .ndjson { #expect(receipt.repairs == TextRepairs(loneSurrogates: 2, invalidUTF8: 2)) }
    }

    @Test func suchColumnsAreChosenFilteredComparedAndRenamedByTheirNames() async throws {
        let vault = try Fixture()
        let rows = [
            Self.row([([0xE9], Array("1".utf8)), ([0xE8], Array("2".utf8))]),
            Self.row([([0xE9], Array("1".utf8)), ([0xE8], Array("3".utf8))]),
        ]
        let snapshot = try vault.publish(bytes: rows, Fixture.day(1))
        func csv(_ options: RestoreOptions) async throws -> String { try await vault.restore([snapshot], options).text }
        #expect(try await csv(RestoreOptions(columns: ["\u{FFFD}~e8"])) == "\u{FFFD}~e8\n2\n3\n")
        #expect(
            try await csv(RestoreOptions(rules: RowRules(conditions: ["\u{FFFD}~e8=3"])))
                == "\u{FFFD}~e9,\u{FFFD}~e8\n1,3\n")
        #expect(
            try await csv(RestoreOptions(rules: RowRules(dedupe: .init(columns: ["\u{FFFD}~e9"]))))
                == "\u{FFFD}~e9,\u{FFFD}~e8\n1,2\n")
        #expect(try await csv(RestoreOptions(renames: ["\u{FFFD}~e9=a", "\u{FFFD}~e8=b"])) == "a,b\n1,2\n1,3\n")
    }

    @Test func oneSuchColumnHasTheNameThatItShows() async throws {
        let vault = try Fixture()
        let row = Self.row([(Array("caf".utf8) + [0xE9], Array("1".utf8)), (Array("n".utf8), Array("2".utf8))])
        let snapshot = try vault.publish(bytes: [row], Fixture.day(1))
        #expect(snapshot.columns == ["caf\u{FFFD}", "n"])
        #expect(try await vault.restore([snapshot]).text == "caf\u{FFFD},n\n1,2\n")
        let chosen = try RestoreOptions(format: .ndjson, columns: ["caf\u{FFFD}"])
        let kept = try await vault.restoreBytes([snapshot], chosen).output
        #expect(kept == Self.row([(Array("caf".utf8) + [0xE9], Array("1".utf8))]) + [Byte.newline])
    }

    @Test func conditionsGoByWhatIsShownAndRepetitionsByWhatIsThere() async throws {
        let vault = try Fixture()
        let values: [[UInt8]] = [
            Self.bytes("\"x", [0xE9], "\""), Self.bytes("\"x", [0xE8], "\""), Self.bytes("\"\\u0078", [0xE9], "\""),
            Array(#""x\ud800""#.utf8), Array("\"x\u{FFFD}\"".utf8),
        ]
        let rows = values.enumerated().map { place, value in
            Self.row([(Array("a".utf8), value), (Array("n".utf8), Array("\(place)".utf8))])
        }
        let snapshot = try vault.publish(bytes: rows, Fixture.day(1))
        let all = try await vault.restore([snapshot], RestoreOptions(rules: RowRules(conditions: ["a=x\u{FFFD}"])))
        #expect(all.receipt.rowsOut == 5)
        let distinct = try RestoreOptions(columns: ["n"], rules: RowRules(dedupe: .init(columns: ["a"])))
        #expect(try await vault.restore([snapshot], distinct).text == "n\n0\n1\n3\n4\n")
    }

    @Test func aDatabaseHasSoundTextOnly() async throws {
        let folder = try TemporaryFolder()
        let vault = try Fixture()
        let rows = Self.values.map { Self.row([(Array("a".utf8), $0.json), ([0xE9], $0.json), ([0xE8], $0.json)]) }
        let snapshot = try vault.publish(bytes: rows, Fixture.day(1))
        let options = try RestoreOptions(format: .sqlite)
        let plan = try Restorer(files: vault.files).readingKeys(
            of: RestorePlan(RestoreRequest(task: "t", vault: vault.layout.root), snapshots: [snapshot]))
        let columns = try options.columnNames(of: plan)
        let database = try SQLiteFile(path: folder.path + "/rows.db")
        let receipt = try await Restorer(files: vault.files).restore(plan, options) { _ in
            try database.table(of: "t", columns: columns)
        }
        _ = try database.finish()
        #expect(receipt.repairs.invalidUTF8 == 3 * Self.values.reduce(0) { $0 + $1.replaced } + 2)
        let hex = try SQLiteReader(folder.path + "/rows.db").rows(
            "SELECT hex(a), hex(\"\u{FFFD}~e9\") FROM t ORDER BY rowid")
        #expect(hex.count == rows.count)
        #expect(hex[0][0] == String(repeating: "EFBFBD", count: 3))
        #expect(hex.allSatisfy { $0[0] == $0[1] })
    }
}

extension Fixture {
    /// Publishes rows given as bytes, one member.
    func publish(bytes rows: [[UInt8]], _ window: Window) throws -> StoredSnapshot {
        try publish(bytes: [rows], at: address(window))
    }

    /// Restores snapshots and gives back the output's bytes.
    func restoreBytes(
        _ snapshots: [StoredSnapshot], _ options: RestoreOptions
    ) async throws -> (output: [UInt8], receipt: RestoreReceipt) {
        let sink = MemorySink()
        let plan = try RestorePlan(RestoreRequest(task: task), snapshots: snapshots)
        let receipt = try await Restorer(files: files).restore(plan, options, to: sink)
        return (sink.bytes, receipt)
    }
}
