import Archive
import Gzip
import RowJSON
import TestSupport
import Testing

/// A member read in portions is the member, and what is wrong with it is told as when it is read at once.
@Suite struct MemberStreamTests {
    private let layout = ArchiveLayout(root: "/vault")
    private let files = MemoryFiles()
    private let address: SnapshotAddress

    init() throws {
        try files.makeFolder("/vault")
        address = try Fixture.address()
    }

    private func publish(_ blocks: [RowBlock]) throws -> Manifest {
        try Fixture.publish(blocks, at: address, layout, files)
    }

    @Test(arguments: Sampling.some(2, of: UInt64(1)...6))
    func portionsAreWholeRowsAndTogetherTheMember(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var longest = 0
        let blocks = (0..<Sampling.quick(1, else: 3)).map { _ in
            let lines = (0..<Int.random(in: 1...60, using: &generator)).map { number in
                let size = Int.random(in: 0...9, using: &generator) == 0 ? 2_500_000 : 80_000
                let filler = String(repeating: "x\(number)y", count: Int.random(in: 0...size, using: &generator) / 4)
                longest = max(longest, filler.utf8.count + 16)
                return "{\"a\":\"\(filler)\"}\n"
            }
            return RowBlock(ndjson: Array(lines.joined().utf8))
        }
        let manifest = try publish(blocks)
        let reader = try #require(try ArchiveReader.open(manifest, folder: layout.path(address.folder), files: files))
        for (index, block) in blocks.enumerated() {
            let stream = try MemberStream(reader, member: index)
            var content: [UInt8] = []
            var rows = 0
            var compressed = 0
            while let portion = try stream.next({ compressed += $0.count }) {
                #expect(portion.ndjson.last == 0x0A)
                #expect(portion.ndjson.count <= 1 << 20 + 512 << 10 + longest, "seed \(seed)")
                #expect(RowBlock(ndjson: portion.ndjson).count == portion.rows)
                content += portion.ndjson
                rows += portion.rows
            }
            #expect(content == block.bytes, "seed \(seed)")
            #expect(rows == block.count)
            #expect(compressed == manifest.archive?.members[index].bytes)
            #expect(try stream.next()?.rows == nil)
        }
    }

    @Test(arguments: [false, true])
    func damageIsTheSameInPortions(isDeep: Bool) throws {
        let manifest = try publish([Fixture.block(0..<7), Fixture.block(7..<30)])
        let path = layout.path(address.archivePath(revision: 1))
        let bytes = try files.read(path, limit: 1 << 20)
        func codes(_ manifest: Manifest, above threshold: Int) throws -> [ArchiveError.Code] {
            try SnapshotCheck(deep: isDeep, files: files, portionsAbove: threshold)
                .run(manifest, folder: layout.path(address.folder)).problems.map(\.code)
        }
        for index in bytes.indices {
            var damaged = bytes
            damaged[index] ^= 1 << (index % 8)
            try files.write(damaged, to: path)
            let whole = try codes(manifest, above: .max)
            #expect(!whole.isEmpty)
            #expect(try codes(manifest, above: 0) == whole, "byte \(index)")
        }
        try files.write(bytes, to: path)
        #expect(try codes(manifest, above: 0) == [])
        for (rows, size) in [(1, 0), (-1, 0), (0, 1), (0, -1), (0, -40), (2, 3)] {
            var changed = manifest
            changed.archive?.members[0].rows += rows
            changed.archive?.members[0].uncompressedBytes += size
            let whole = try codes(changed, above: .max)
            #expect(!whole.isEmpty)
            #expect(try codes(changed, above: 0) == whole, "\(rows), \(size)")
        }
    }
}
