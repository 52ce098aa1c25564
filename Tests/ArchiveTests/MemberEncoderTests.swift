import Archive
import Gzip
import RowJSON
import TestSupport
import Testing

@Suite struct MemberEncoderTests {
    @Test func aMemberHoldsTheRowsAndWhatIsSaidOfThem() throws {
        let block = RowBlock(ndjson: Array("{\"a\":1,\"b\":\"x\"}\n{\"b\":\"y\",\"c\":null}\n".utf8))
        let member = try MemberEncoder().encode(block, hashes: true)
        var content: [UInt8] = []
        var decoder = try GzipDecoder()
        try member.bytes.withUnsafeBytes {
            try decoder.decodeMember($0, size: member.uncompressedBytes, into: &content)
        }
        #expect(content == block.bytes)
        #expect(member.rows == 2)
        #expect(member.columns == ["a", "b", "c"])
        var digest = RowsDigest()
        for hash in member.rowHashes { digest.add(hash) }
        #expect(digest == member.digest)
        #expect(
            member.rowHashes == [
                RowHash(of: Array("{\"a\":1,\"b\":\"x\"}".utf8)), RowHash(of: Array("{\"b\":\"y\",\"c\":null}".utf8)),
            ])
    }

    @Test func sameRowsGiveTheSameBytesWhateverCameBefore() throws {
        let used = try MemberEncoder()
        _ = try used.encode(Fixture.block(0..<500))
        _ = try used.encode(Fixture.block(5..<6))
        let fresh = try MemberEncoder()
        #expect(try used.encode(Fixture.block(0..<50)) == fresh.encode(Fixture.block(0..<50)))
        #expect(try used.encode(Fixture.block(0..<50)).rowHashes.isEmpty)
    }

    @Test func theHeaderCarriesNoNameAndNoTime() throws {
        let header = try MemberEncoder().encode(Fixture.block(0..<2)).bytes.prefix(8)
        #expect(Array(header) == [0x1F, 0x8B, 8, 0, 0, 0, 0, 0])
    }

    @Test(arguments: ["[1]", "{\"a\":", "", "{\"a\":1} x"]) func aRowThatIsNoObjectIsRefused(row: String) throws {
        let encoder = try MemberEncoder()
        #expect(throws: RowJSONError.self) { try encoder.encode(RowBlock(ndjson: Array("{}\n\(row)\n".utf8))) }
        #expect(try encoder.encode(Fixture.block(0..<2)).rows == 2)
    }

    @Test func manyWorkersShareAnEncoderInTurns() async throws {
        let encoder = try MemberEncoder()
        let expected = try (0..<8).map { try MemberEncoder().encode(Fixture.block(($0 * 10)..<($0 * 10 + 10))) }
        try await withThrowingTaskGroup(of: (Int, EncodedMember).self) { group in
            for index in 0..<8 {
                group.addTask { (index, try encoder.encode(Fixture.block((index * 10)..<(index * 10 + 10)))) }
            }
            for try await (index, member) in group { #expect(member == expected[index]) }
        }
    }
}
