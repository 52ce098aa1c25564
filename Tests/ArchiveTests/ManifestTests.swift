import Archive
import Foundation
import Records
import StorageTime
import TestSupport
import Testing

@Suite struct ManifestTests {
    private static let hash = String(repeating: "ab", count: 32)

    private static func full() throws -> Manifest {
        let digest = try #require(RowsDigest(hex: String(repeating: "0", count: 62) + "ff"))
        let one = try #require(RowsDigest(hex: String(repeating: "0", count: 63) + "1"))
        let stem = "20130101T000000_20130102T000000"
        return Manifest(
            tool: "octovault 0.1.0", state: .sealed, source: .storageTime, host: "dataapi.octoparse.com",
            task: try TaskID("B1D51DE6-F644-4A26-B659-D001FE527F4C"), taskName: "Wetter \"Köln\" 🌧\n\\",
            window: Fixture.day, timeZone: "UTC", convention: .closed, proof: .oneAnswer, revision: 2,
            capturedAt: Fixture.capturedAt.addingTimeInterval(0.75),
            recheckedAt: Fixture.capturedAt.addingTimeInterval(49501), total: 845, edgeRows: 3, kept: 1, rows: 843,
            requests: 4, columns: ["year", "month", ""], rowsDigest: digest,
            archive: ArchiveFacts(
                file: "\(stem).r2.ndjson.gz", bytes: 33_120, sha256: hash, uncompressedBytes: 276_812,
                members: [
                    ArchiveMember(offset: 0, bytes: 33_000, uncompressedBytes: 276_000, rows: 842),
                    ArchiveMember(offset: 33_000, bytes: 120, uncompressedBytes: 812, rows: 1),
                ]),
            superseded: [
                Manifest.Superseded(
                    revision: 1, capturedAt: Fixture.capturedAt.addingTimeInterval(-86_400), rows: 2, rowsDigest: one,
                    archive: ArchiveFacts(
                        file: "\(stem).r1.ndjson.gz", bytes: 50, sha256: hash, uncompressedBytes: 40,
                        members: [ArchiveMember(offset: 0, bytes: 50, uncompressedBytes: 40, rows: 2)]))
            ],
            replaces: ["_20130101T000000_20130101T120000.manifest.json"],
            parts: [
                Manifest.Part(
                    state: .sealed, window: Fixture.window("2013-01-01", "2013-01-01 12:00:00"), timeZone: nil,
                    convention: .halfOpen, isConventionAssumed: true, proof: .twoPasses, revision: 1,
                    capturedAt: Fixture.capturedAt, recheckedAt: nil, total: 843, edgeRows: 0, kept: 0, rows: 843,
                    rowsDigest: digest, members: 0..<2)
            ])
    }

    private static func bare() throws -> Manifest {
        Manifest(
            tool: "octovault 0.1.0", state: .empty, source: .all, host: "dataapi.octoparse.com",
            task: try TaskID("../../etc/x"), window: nil, proof: .totals, capturedAt: Fixture.capturedAt, total: 0,
            rows: 0)
    }

    private static let fullText = #"""
        {"format":1,"tool":"octovault 0.1.0","state":"sealed","source":"storage-time",\#
        "host":"dataapi.octoparse.com","task":{"id":"b1d51de6-f644-4a26-b659-d001fe527f4c","name":"Wetter \"Köln\" 🌧\n\\"},\#
        "window":{"from":"2013-01-01 00:00:00","to":"2013-01-02 00:00:00","time_zone":"UTC"},\#
        "interval":{"convention":"closed","assumed":false},"proof":"one-answer","revision":2,\#
        "captured_at":"2026-11-23T10:15:00Z","rechecked_at":"2026-11-24T00:00:01Z","total":845,"edge_rows":3,"kept":1,"rows":843,\#
        "requests":4,"attempts":1,"columns":["year","month",""],\#
        "rows_digest":"00000000000000000000000000000000000000000000000000000000000000ff",\#
        "archive":{"file":"20130101T000000_20130102T000000.r2.ndjson.gz","bytes":33120,\#
        "sha256":"abababababababababababababababababababababababababababababababab","uncompressed_bytes":276812,\#
        "members":[{"offset":0,"bytes":33000,\#
        "uncompressed_bytes":276000,"rows":842},{"offset":33000,"bytes":120,\#
        "uncompressed_bytes":812,"rows":1}]},"superseded":[{"revision":1,\#
        "captured_at":"2026-11-22T10:15:00Z","rows":2,\#
        "rows_digest":"0000000000000000000000000000000000000000000000000000000000000001",\#
        "archive":{"file":"20130101T000000_20130102T000000.r1.ndjson.gz","bytes":50,\#
        "sha256":"abababababababababababababababababababababababababababababababab","uncompressed_bytes":40,\#
        "members":[{"offset":0,"bytes":50,"uncompressed_bytes":40,"rows":2}]}}],\#
        "replaces":["_20130101T000000_20130101T120000.manifest.json"],"parts":[{"state":"sealed",\#
        "window":{"from":"2013-01-01 00:00:00","to":"2013-01-01 12:00:00","time_zone":null},\#
        "interval":{"convention":"half-open","assumed":true},"proof":"two-passes","revision":1,\#
        "captured_at":"2026-11-23T10:15:00Z","rechecked_at":null,"total":843,"edge_rows":0,"kept":0,"rows":843,\#
        "rows_digest":"00000000000000000000000000000000000000000000000000000000000000ff",\#
        "members":{"first":0,"count":2}}],\#
        "manifest_sha256":"07cbd407307d0edd276d7a95c621f6bf7076d681dfd4f67fcdbdd5b4e6ea316e"}
        """#

    private static let bareText = #"""
        {"format":1,"tool":"octovault 0.1.0","state":"empty","source":"all",\#
        "host":"dataapi.octoparse.com","task":{"id":"../../etc/x","name":""},"window":null,\#
        "interval":{"convention":"unknown","assumed":false},"proof":"totals","revision":1,\#
        "captured_at":"2026-11-23T10:15:00Z","rechecked_at":null,"total":0,"edge_rows":0,"kept":0,"rows":0,\#
        "requests":0,"attempts":1,"columns":[],\#
        "rows_digest":"0000000000000000000000000000000000000000000000000000000000000000","archive":null,\#
        "superseded":[],"replaces":[],"parts":[],\#
        "manifest_sha256":"a00791c58927148b43ac10f910adfc49731e47eb5f431db0567f0e08e299fcef"}
        """#

    /// The checksums were made by `sha256sum` over the bytes before the last key.
    @Test func theTextIsTheFormat() throws {
        #expect(String(decoding: try Self.full().encoded(), as: UTF8.self) == Self.fullText + "\n")
        #expect(String(decoding: try Self.bare().encoded(), as: UTF8.self) == Self.bareText + "\n")
    }

    @Test func aManifestComesBackAsItWas() throws {
        for manifest in try [Self.full(), Self.bare()] {
            #expect(try Manifest.decode(manifest.encoded()) == manifest)
        }
        #expect(try Manifest.checksum(in: Self.full().encoded()) == String(Self.fullText.dropLast(2).suffix(64)))
    }

    @Test(arguments: [
        "", "a\"b\\c/d", "tab\tnul\0\u{1F}\u{7F}", "e\u{301} 🐙 \u{2028}", String(repeating: "長", count: 500),
    ])
    func anyTextComesBack(text: String) throws {
        var manifest = try Self.full()
        manifest.taskName = text
        manifest.host = text
        manifest.timeZone = text
        manifest.columns = [text, "x" + text]
        let decoded = try Manifest.decode(manifest.encoded())
        #expect(decoded == manifest)
        #expect(Array(decoded.taskName.utf8) == Array(text.utf8))
        #expect(decoded.columns.map { Array($0.utf8) } == manifest.columns.map { Array($0.utf8) })
    }

    @Test func everyFlippedBitIsFound() throws {
        let bytes = try Self.bare().encoded()
        for index in stride(from: 0, to: bytes.count - 1, by: Sampling.quick(5, else: 1)) {
            for bit in 0..<8 {
                var damaged = bytes
                damaged[index] ^= 1 << bit
                let error = #expect(throws: ArchiveError.self) { try Manifest.decode(damaged) }
                #expect(error?.isDamage == true || error?.code == .newerFormat, "bit \(bit) of byte \(index)")
            }
        }
    }

    @Test func everyTruncationIsFound() throws {
        let bytes = try Self.full().encoded()
        for count in 0..<(bytes.count - 1) {
            #expect(throws: ArchiveError.self, "\(count) bytes") { try Manifest.decode(Array(bytes[..<count])) }
        }
    }

    /// Puts the right checksum behind edited text.
    private func sealed(_ text: String) throws -> [UInt8] {
        let key = try #require(text.range(of: "\"manifest_sha256\"", options: .backwards))
        let head = Array(text[..<key.lowerBound].utf8)
        // The digest of one row is its SHA-256.
        var digest = RowsDigest()
        digest.add(RowHash(of: head))
        return head + Array("\"manifest_sha256\":\"\(digest.hex)\"}\n".utf8)
    }

    @Test(arguments: [
        (#""format":1"#, #""format":2"#, ArchiveError.Code.newerFormat),
        (#""format":1"#, #""format":987654321"#, .newerFormat),
        (#""format":1"#, #""format":0"#, .manifestUnreadable),
        (#""format":1"#, #""format":"1""#, .manifestUnreadable),
        (#""state":"sealed","source""#, #""state":"done","source""#, .manifestUnreadable),
        (#""kept":1"#, #""kept":"1""#, .manifestUnreadable),
        (#""kept":1"#, #""kept":1.0"#, .manifestUnreadable),
        (#""kept":1"#, #""kept":-1"#, .manifestUnreadable),
        (#""kept":1"#, #""kept":01"#, .manifestUnreadable),
        (#""kept":1"#, #""kept":99999999999999999999"#, .manifestUnreadable),
        (#""kept":1"#, #""kept":1,"kept":1"#, .manifestUnreadable),
        (#""kept":1,"#, "", .manifestUnreadable),
        (#""to":"2013-01-02 00:00:00""#, #""to":"2013-01-01 00:00:00""#, .manifestUnreadable),
        (#""to":"2013-01-02 00:00:00""#, #""to":"2013-01-02""#, .manifestUnreadable),
        (
            #""captured_at":"2026-11-23T10:15:00Z","rechecked_at":"2"#,
            #""captured_at":"2026-11-23","rechecked_at":"2"#, .manifestUnreadable
        ),
        (#""columns":["year","#, #""columns":[1,"#, .manifestUnreadable),
        (#""columns":["year","#, #""columns":["\ud800","#, .manifestUnreadable),
        (#""columns":["#, #""columns":[[[[[[[[[[[[[[[[["#, .manifestUnreadable),
        (#""parts":["#, #""parts":[,"#, .manifestUnreadable),
        (#""kept":1"#, #""kept":2"#, .manifestInconsistent),
        (#""source":"storage-time""#, #""source":"all""#, .manifestInconsistent),
        (#""state":"sealed","source""#, #""state":"empty","source""#, .manifestInconsistent),
        (#""bytes":33120"#, #""bytes":33121"#, .manifestInconsistent),
        (#""offset":33000"#, #""offset":33001"#, .manifestInconsistent),
        (#""uncompressed_bytes":276000"#, #""uncompressed_bytes":276000000"#, .manifestInconsistent),
        (
            #""file":"20130101T000000_20130102T000000.r2.ndjson.gz""#, #""file":"../x.r2.ndjson.gz""#,
            .manifestInconsistent
        ),
        (#""file":"20130101T000000_20130102T000000.r2.ndjson.gz""#, #""file":"/etc/passwd""#, .manifestInconsistent),
        (
            #""file":"20130101T000000_20130102T000000.r2"#, #""file":"20130101T000000_20130102T000000.r1"#,
            .manifestInconsistent
        ),
        (#""members":{"first":0,"count":2}"#, #""members":{"first":1,"count":2}"#, .manifestInconsistent),
        (#""members":{"first":0,"count":2}"#, #""members":{"first":0,"count":1}"#, .manifestInconsistent),
        (#""members":{"first":0,"count":2}"#, #""members":{"first":999999999,"count":0}"#, .manifestInconsistent),
    ])
    func whatIsNoSoundManifestIsRefused(text: String, replacement: String, code: ArchiveError.Code) throws {
        let range = try #require(Self.fullText.range(of: text))
        let edited = Self.fullText.replacingCharacters(in: range, with: replacement)
        let error = #expect(throws: ArchiveError.self) { try Manifest.decode(sealed(edited), path: "folder/x.json") }
        #expect(error?.code == code, "\(error?.message ?? "")")
        #expect(error?.message.contains("folder/x.json") == true)
    }

    @Test func keysInAnyOrderAndUnknownOnesAreRead() throws {
        let edited = Self.fullText
            .replacing(
                #""proof":"one-answer","revision":2,"#,
                with: #""new":{"a":[1,-2,true,null]}, "revision" : 2,"proof":"one-answer","#)
        #expect(try Manifest.decode(sealed(edited)) == Self.full())
    }

    @Test func aChangedManifestWithoutItsChecksumIsDamage() throws {
        let edited = Self.fullText.replacing(#""rows":843"#, with: #""rows":844"#)
        let error = #expect(throws: ArchiveError.self) { try Manifest.decode(Array("\(edited)\n".utf8)) }
        #expect(error?.code == .manifestSHA256)
    }

    @Test func noFlippedBitAndNoCutIsOverlooked() throws {
        let sound = try Self.full().encoded()
        for bit in Sampling.some(sound.count * 3, of: 0..<sound.count * 8) {
            var bytes = sound
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(throws: ArchiveError.self, "bit \(bit)") { try Manifest.decode(bytes) }
        }
        for length in Sampling.some(sound.count / 3, of: 0..<sound.count) {
            #expect(throws: ArchiveError.self, "\(length) bytes") { try Manifest.decode(Array(sound.prefix(length))) }
        }
    }

    @Test func aManifestElsewhereIsMisplaced() throws {
        let manifest = try Self.full()
        let right = try Fixture.address(task: manifest.task.text)
        try manifest.check(at: right)
        var wrong = [right, right, right, right]
        wrong[0].source = .all
        wrong[1].task = try TaskID("other")
        wrong[2].name = .window(Fixture.window("2013-01-01", "2013-01-03"))
        wrong[3].name = .capture(at: Fixture.capturedAt, sequence: 1)
        for address in wrong {
            let error = #expect(throws: ArchiveError.self) { try manifest.check(at: address) }
            #expect(error?.code == .manifestMisplaced)
        }
    }

    /// Members of a window whose rows are gone, and members past the last: nothing may look them up.
    @Test(arguments: [
        (SnapshotState.pruned, 0..<2), (.pruned, 999_999_999_999_998..<999_999_999_999_999),
        (.empty, 999_999_999_999_999..<999_999_999_999_999), (.sealed, 1..<3), (.sealed, 0..<999_999_999_999_999),
    ])
    func aPartsMembersAreThoseOfTheArchive(state: SnapshotState, members: Range<Int>) throws {
        var manifest = try Self.full()
        manifest.superseded = []
        let window = Fixture.window("2013-01-01 12:00:00", "2013-01-02")
        var part = manifest.parts[0]
        part.state = state
        part.window = window
        part.members = members
        part.total = state == .pruned ? 999_999_999_999_999 : 0
        part.rows = part.total
        part.rowsDigest = RowsDigest()
        manifest.parts.append(part)
        #expect(throws: ArchiveError.self) { try Manifest.decode(manifest.encoded()) }
    }

    @Test func whatPartsAddUpToFitsAManifest() throws {
        var manifest = try Self.full()
        var part = manifest.parts[0]
        part.state = .pruned
        part.members = 0..<0
        part.total = Manifest.mostDigits
        part.rows = Manifest.mostDigits
        manifest.parts = Array(repeating: part, count: 10_000)
        manifest.sumUpParts()
        #expect(manifest.rows == Manifest.mostDigits && manifest.total == Manifest.mostDigits)
    }

    @Test func partsAreMadeOfManifests() throws {
        let manifest = try Self.full()
        let part = try #require(Manifest.Part(manifest, firstMember: 5))
        #expect(part.members == 5..<7)
        #expect(part.rows == 843 && part.kept == 1 && part.revision == 2)
        #expect(try Manifest.Part(Self.bare(), firstMember: 0) == nil)
    }

    @Test func readingNamesWhatIsMissing() throws {
        let error = #expect(throws: ArchiveError.self) { try Manifest.read("/none/x.json", files: MemoryFiles()) }
        #expect(error?.code == .notFound)
    }
}
