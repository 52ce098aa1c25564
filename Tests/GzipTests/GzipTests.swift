import Gzip
import TestSupport
import Testing

@Suite struct GzipTests {
    private static func text(_ count: Int) -> [UInt8] {
        Array((0..<count).map { "{\"row\":\"\($0)\",\"value\":\"\($0 % 7)\"}\n" }.joined().utf8)
    }

    private static func noise(_ count: Int, seed: UInt64) -> [UInt8] {
        var random = SeededGenerator(seed: seed)
        return (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
    }

    private static func member(
        _ content: [UInt8], level: Int = 6, by engine: GzipEngine = .preferred
    ) throws -> [UInt8] {
        var encoder = try GzipEncoder(level: level, engine: engine)
        var output: [UInt8] = []
        try content.withUnsafeBytes { try encoder.appendMember(of: $0, to: &output) }
        return output
    }

    private static func decode(
        _ member: [UInt8], size: Int, by engine: GzipEngine = .preferred
    ) throws -> [UInt8] {
        var decoder = try GzipDecoder(engine: engine)
        var content: [UInt8] = []
        try member.withUnsafeBytes { try decoder.decodeMember($0, size: size, into: &content) }
        return content
    }

    /// Feeds a stream in chunks, and says that it ends.
    private static func stream(_ input: [UInt8], chunk: Int) throws -> [UInt8] {
        var decoder = try GzipDecoder()
        var content: [UInt8] = []
        for start in stride(from: 0, to: input.count, by: chunk) {
            try input[start..<min(start + chunk, input.count)].withUnsafeBytes { bytes in
                try decoder.feed(bytes) { content.append(contentsOf: $0) }
            }
        }
        try decoder.finish()
        return content
    }

    @Test(arguments: GzipEngine.available, Sampling.quick(3, of: 1...9))
    func contentComesBackAtEveryLevelFromEveryReader(engine: GzipEngine, level: Int) throws {
        for content in [[], [0], Self.text(400), Self.noise(5000, seed: 1), [UInt8](repeating: 7, count: 300_000)] {
            let member = try Self.member(content, level: level, by: engine)
            for reader in GzipEngine.available {
                #expect(try Self.decode(member, size: content.count, by: reader) == content)
            }
            #expect(try Self.stream(member, chunk: 1000) == content)
        }
    }

    @Test func theFastestEngineThereIsIsTaken() {
        #expect(GzipEngine.available.contains(.zlib))
        #expect(GzipEngine.available.contains(GzipEngine.preferred))
    }

    @Test(arguments: GzipEngine.available) func membersAreReusableIndependentAndAppended(engine: GzipEngine) throws {
        var encoder = try GzipEncoder(engine: engine)
        var output: [UInt8] = [1, 2, 3]
        let contents = [Self.text(100), [], Self.noise(3000, seed: 2), Self.text(3)]
        var ends = [3]
        for content in contents {
            try content.withUnsafeBytes { try encoder.appendMember(of: $0, to: &output) }
            ends.append(output.count)
        }
        #expect(output[..<3] == [1, 2, 3])
        var decoder = try GzipDecoder(engine: engine)
        var content: [UInt8] = []
        for index in [3, 0, 2, 1, 0] {
            try output[ends[index]..<ends[index + 1]].withUnsafeBytes {
                try decoder.decodeMember($0, size: contents[index].count, into: &content)
            }
            #expect(content == contents[index])
        }
    }

    @Test(arguments: GzipEngine.available) func equalContentGivesEqualBytesWithoutNameOrTime(engine: GzipEngine) throws
    {
        let content = Self.text(50)
        let member = try Self.member(content, by: engine)
        #expect(try Self.member(content, by: engine) == member)
        #expect(Array(member[..<8]) == [0x1F, 0x8B, 8, 0, 0, 0, 0, 0])
    }

    @Test(arguments: GzipEngine.available) func everyFlippedBitIsFoundOrHarmless(engine: GzipEngine) throws {
        let content = Self.text(40)
        let member = try Self.member(content, by: engine)
        // No checksum of gzip's covers the header's time and system, code lengths that are not used, or the bits that
        // fill the last byte before the trailer: a flip there may stay, but must change nothing of the content.
        var harmless: Set<Int> = []
        for index in member.indices {
            for bit in 0..<8 {
                var damaged = member
                damaged[index] ^= 1 << bit
                do {
                    #expect(try Self.decode(damaged, size: content.count, by: engine) == content)
                    #expect(try Self.stream(damaged, chunk: 64) == content)
                    harmless.insert(index)
                } catch is GzipError {
                    #expect(throws: GzipError.self, "byte \(index)") { try Self.stream(damaged, chunk: 64) }
                }
            }
        }
        #expect(harmless.isSuperset(of: 4..<10))
        #expect(harmless.count < member.count / 10)
    }

    @Test(arguments: GzipEngine.available) func aTruncationAtAnyByteIsFound(engine: GzipEngine) throws {
        let content = Self.text(40)
        let member = try Self.member(content, by: engine)
        for count in 0..<member.count {
            let error = #expect(throws: GzipError.self, "\(count) bytes") {
                try Self.decode(Array(member[..<count]), size: content.count, by: engine)
            }
            #expect(error?.code == .truncated, "\(count) bytes")
            if count > 0 {
                let streamed = #expect(throws: GzipError.self, "\(count) bytes") {
                    try Self.stream(Array(member[..<count]), chunk: 7)
                }
                #expect(streamed?.code == .truncated, "\(count) bytes")
            }
        }
    }

    @Test(arguments: GzipEngine.available) func aWrongSizeIsFound(engine: GzipEngine) throws {
        let content = Self.text(40)
        let member = try Self.member(content, by: engine)
        for size in [0, 1, content.count - 1, content.count + 1, content.count + 1000] {
            let error = #expect(throws: GzipError.self) { try Self.decode(member, size: size, by: engine) }
            #expect(error?.code == .corrupt, "\(size)")
        }
    }

    @Test(arguments: GzipEngine.available) func bytesBehindAMemberAreFound(engine: GzipEngine) throws {
        let content = Self.text(4)
        let member = try Self.member(content, by: engine)
        #expect(throws: GzipError.self) { try Self.decode(member + [0], size: content.count, by: engine) }
        #expect(throws: GzipError.self) { try Self.decode(member + member, size: content.count, by: engine) }
    }

    @Test(arguments: GzipEngine.available) func aDecoderIsGoodAgainAfterDamage(engine: GzipEngine) throws {
        var decoder = try GzipDecoder(engine: engine)
        var content: [UInt8] = []
        let member = try Self.member(Self.text(10), by: engine)
        for _ in 0..<3 {
            #expect(throws: GzipError.self) {
                try member.dropLast(3).withUnsafeBytes {
                    try decoder.decodeMember($0, size: Self.text(10).count, into: &content)
                }
            }
            try member.withUnsafeBytes { try decoder.decodeMember($0, size: Self.text(10).count, into: &content) }
            #expect(content == Self.text(10))
        }
    }

    @Test(arguments: [-1, 5 << 30, Int.max, Int.min]) func impossibleSizesAreRefused(size: Int) throws {
        let error = #expect(throws: GzipError.self) { try Self.decode([0x1F, 0x8B], size: size) }
        #expect(error?.code == .tooLarge)
    }

    @Test(arguments: GzipEngine.available) func anOversizeClaimCostsNoMemory(engine: GzipEngine) throws {
        var decoder = try GzipDecoder(engine: engine)
        var content: [UInt8] = []
        let member = try Self.member(Self.text(4), by: engine)
        let error = #expect(throws: GzipError.self) {
            try member.withUnsafeBytes { try decoder.decodeMember($0, size: 2 << 30, into: &content) }
        }
        #expect(error?.code == .corrupt)
        #expect(content.capacity < 1 << 20)
    }

    @Test(arguments: [1, 2, 3, 17, 100_000]) func aStreamOfMembersIsReadInAnyChunks(chunk: Int) throws {
        let contents = [Self.text(30), [], Self.noise(2000, seed: 3), Self.text(1), []]
        let input = try contents.flatMap { try Self.member($0) }
        #expect(try Self.stream(input, chunk: chunk) == contents.flatMap { $0 })
    }

    @Test func aStreamGivesRunsOfAtMost256KiB() throws {
        let content = [UInt8](repeating: 65, count: 3_000_000)
        var decoder = try GzipDecoder()
        var runs: [Int] = []
        try Self.member(content).withUnsafeBytes { bytes in try decoder.feed(bytes) { runs.append($0.count) } }
        try decoder.finish()
        #expect(runs.reduce(0, +) == content.count)
        #expect(runs.allSatisfy { $0 <= 256 << 10 })
    }

    @Test func anEmptyStreamIsWholeAndRubbishIsNot() throws {
        #expect(try Self.stream([], chunk: 1) == [])
        for rubbish in [[0, 0], Array("plain text".utf8), try Self.member([1]) + [0, 0, 0]] {
            #expect(throws: GzipError.self) { try Self.stream(rubbish, chunk: 100) }
        }
    }

    @Test func whatTheReceiverThrowsComesThrough() throws {
        struct Stop: Error {}
        var decoder = try GzipDecoder()
        let member = try Self.member(Self.text(10))
        #expect(throws: Stop.self) { try member.withUnsafeBytes { try decoder.feed($0) { _ in throw Stop() } } }
    }

    @Test(arguments: GzipEngine.available) func randomContentAndChunksComeBack(engine: GzipEngine) throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SeededGenerator(seed: seed)
        for _ in 0..<60 {
            let contents = (0..<Int.random(in: 1...5, using: &random)).map { _ in
                Bool.random(using: &random)
                    ? Self.text(Int.random(in: 0...200, using: &random))
                    : Self.noise(Int.random(in: 0...3000, using: &random), seed: random.next())
            }
            let members = try contents.map {
                try Self.member($0, level: Int.random(in: 1...9, using: &random), by: engine)
            }
            for (content, member) in zip(contents, members) {
                #expect(try Self.decode(member, size: content.count, by: engine) == content, "seed \(seed)")
            }
            let chunk = Int.random(in: 1...5000, using: &random)
            #expect(try Self.stream(members.flatMap { $0 }, chunk: chunk) == contents.flatMap { $0 }, "seed \(seed)")
        }
    }
}
