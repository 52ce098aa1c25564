import Archive
import Foundation
import Gzip
import TestSupport
import Testing

/// A damaged file is searched for members at a bounded cost, whatever it was made of.
@Suite struct SalvageBoundTests {
    /// Headers of members, one after the other, each of which seems to begin a member that inflates to much.
    private static func headers(_ count: Int, before tail: [UInt8]) -> [UInt8] {
        // A header, and the begin of a block that holds the rest as it is: so that each header reads as a member.
        let header: [UInt8] = [0x1F, 0x8B, 0x08, 0, 0, 0, 0, 0, 0, 3]
        return repeatElement(header, count: count).reduce(into: []) { $0 += $1 } + tail
    }

    private static func zeros(_ count: Int) throws -> [UInt8] {
        var encoder = try GzipEncoder(level: 9)
        var output: [UInt8] = []
        let piece = [UInt8](repeating: 0x20, count: count)
        try piece.withUnsafeBytes { try encoder.appendMember(of: $0, to: &output) }
        return output
    }

    @Test func headersWithinHeadersAreSearchedInBoundedTime() throws {
        let folder = try TemporaryFolder()
        // Each member inflates to 64 MiB before its checksum, which is wrong, is looked at.
        var bomb = try Self.zeros(64 << 20)
        bomb[bomb.count - 8] ^= 0xFF
        let file = repeatElement(bomb, count: 40).reduce(into: [UInt8]()) { $0 += $1 }
        let path = folder.path + "/bomb.gz"
        try Data(file).write(to: URL(fileURLWithPath: path))
        let start = ContinuousClock.now
        let salvage = try ArchiveSalvage(path: path, facts: nil)
        print("searched \(file.count) bytes up to \(salvage.searchEnd ?? file.count) in \(ContinuousClock.now - start)")
        #expect(salvage.searchEnd != nil && !salvage.isComplete && salvage.members.isEmpty)
    }

    @Test func soundMembersBehindThousandsOfFalseHeadersAreFound() throws {
        let folder = try TemporaryFolder()
        var encoder = try GzipEncoder(level: 6)
        var sound: [UInt8] = []
        try Array("{\"n\":1}\n{\"n\":2}\n".utf8).withUnsafeBytes { try encoder.appendMember(of: $0, to: &sound) }
        let path = folder.path + "/damaged.gz"
        try Data(Self.headers(2000, before: sound)).write(to: URL(fileURLWithPath: path))
        let salvage = try ArchiveSalvage(path: path, facts: nil)
        #expect(salvage.rows == 2 && salvage.searchEnd == nil && !salvage.isComplete)
    }
}
