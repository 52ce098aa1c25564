import Gzip
package import RowJSON

/// What still reads of a damaged archive: its members are gzip files of their own, so each that is sound can be saved.
///
/// A member counts as sound when its CRC and length agree, and its rows with what the manifest says of it. Without a
/// manifest the file is searched for members. Rows that are no JSON objects are left out.
package struct ArchiveSalvage: Sendable {
    /// The damaged file.
    package let path: String
    /// The sound members, where they lie in the file.
    package private(set) var members: [ArchiveMember] = []
    /// Rows of the sound members.
    package private(set) var rows = 0
    /// The digest of those rows.
    package private(set) var digest = RowsDigest()
    /// Whether nothing in the file is unsound: every member that it should have, or that was found end to end.
    package private(set) var isComplete = true
    /// The SHA-256 of the file as it is, in hex.
    package private(set) var sha256 = ""

    /// Where the search for members was given up, in bytes from the start; nil where the whole file was searched.
    package private(set) var searchEnd: Int?

    private let files: any Files
    private static let headerBytes: [UInt8] = [0x1F, 0x8B, 0x08, 0x00]
    /// How much of a file is searched for a member at once, at first and at most.
    private static let windowBytes = (first: 1 << 20, last: 64 << 20)
    /// How many bytes may be read and inflated in vain, besides 64 times the file's own.
    private static let leastBudget = 1 << 30

    /// Reads the file through.
    ///
    /// - Parameter facts: what a sound manifest says of it; nil where there is none.
    /// - Throws: ``ArchiveError/Code/notFound``, ``ArchiveError/Code/cannotRead``; `GzipError` where there is no
    ///   memory; `CancellationError`.
    /// - Complexity: O(*n*) in bytes; memory for one member.
    package init(path: String, facts: ArchiveFacts?, files: any Files = DiskFiles()) throws {
        self.path = path
        self.files = files
        let file = try files.open(path)
        let size = try file.size()
        sha256 = try Self.checksum(file, size)
        if let facts {
            try check(facts.members, file)
        } else {
            try search(file, size)
        }
    }

    /// Calls with the rows of each sound member in turn.
    package func forEachBlock(_ body: (RowBlock) throws -> Void) throws {
        let file = try files.open(path)
        var decoder = try GzipDecoder()
        var content: [UInt8] = []
        for member in members {
            guard try Self.decode(member, file, &decoder, &content) else {
                throw ArchiveError(.archiveUnreadable, "\(path) changed while rows were saved from it")
            }
            try body(Self.objects(in: content))
        }
    }

    /// Calls with the sound members' compressed bytes in turn: put together, they are an archive that anybody can read.
    package func forEachMemberBytes(_ body: ([UInt8]) throws -> Void) throws {
        let file = try files.open(path)
        for member in members { try body(Self.read(file, member.offset, member.bytes)) }
    }

    private mutating func check(_ wanted: [ArchiveMember], _ file: any FileReader) throws {
        var decoder = try GzipDecoder()
        var content: [UInt8] = []
        for member in wanted {
            try Task.checkCancellation()
            if try Self.decode(member, file, &decoder, &content), NewLines.count(in: content) == member.rows,
                content.last == 0x0A
            {
                add(member, content)
            } else {
                isComplete = false
            }
        }
    }

    /// Looks for members from the file's start; behind one that is damaged, at each place that looks like a header.
    private mutating func search(_ file: any FileReader, _ size: Int) throws {
        var decoder = try GzipDecoder()
        var content: [UInt8] = []
        var offset = 0
        // A file may be made so that each of its bytes begins what looks like a member and inflates to a great deal.
        // What is read and inflated in vain is bounded: by far more than damage costs, since a member is lost at a
        // time.
        var budget = Self.leastBudget + min(size, 1 << 50) * 64
        while offset < size {
            try Task.checkCancellation()
            let found = try Self.decodeLeading(file, offset, &decoder, &content, &budget)
            if let length = found, content.last == 0x0A {
                let rows = NewLines.count(in: content)
                add(
                    ArchiveMember(offset: offset, bytes: length, uncompressedBytes: content.count, rows: rows), content)
                offset += length
            } else {
                isComplete = false
                budget -= content.count
                guard budget > 0 else {
                    searchEnd = offset
                    return
                }
                guard let next = try Self.nextHeader(file, offset + 1, size) else { return }
                offset = next
            }
        }
        if members.isEmpty { isComplete = false }
    }

    private mutating func add(_ member: ArchiveMember, _ content: [UInt8]) {
        let objects = Self.objects(in: content)
        if objects.count != member.rows { isComplete = false }
        members.append(member)
        rows += objects.count
        objects.forEachRow { digest.add(row: $0) }
    }

    private static func objects(in content: [UInt8]) -> RowBlock {
        let block = RowBlock(ndjson: content)
        let bad = (0..<block.count).filter { index in
            var columns = ColumnCollector()
            return (try? block.withRow(index) { try columns.observe($0) }) == nil
        }
        return bad.isEmpty ? block : block.removing(rowsAt: bad)
    }

    private static func decode(
        _ member: ArchiveMember, _ file: any FileReader, _ decoder: inout GzipDecoder, _ content: inout [UInt8]
    ) throws -> Bool {
        guard let bytes = try? read(file, member.offset, member.bytes), bytes.count == member.bytes else {
            return false
        }
        return bytes.withUnsafeBytes { buffer in
            do throws(GzipError) {
                try decoder.decodeMember(buffer, size: member.uncompressedBytes, into: &content)
                return true
            } catch { return false }
        }
    }

    /// The length of the member at `offset`; nil where there is no sound one.
    private static func decodeLeading(
        _ file: any FileReader, _ offset: Int, _ decoder: inout GzipDecoder, _ content: inout [UInt8],
        _ budget: inout Int
    ) throws -> Int? {
        var window = windowBytes.first
        content.removeAll(keepingCapacity: true)
        while true {
            guard let bytes = try? read(file, offset, window), bytes.starts(with: headerBytes) else { return nil }
            budget -= bytes.count
            let outcome = bytes.withUnsafeBytes { buffer -> Result<Int, GzipError> in
                do throws(GzipError) {
                    return .success(
                        try decoder.decodeLeadingMember(
                            buffer, limit: ArchiveMember.maximumUncompressedBytes, into: &content))
                } catch { return .failure(error) }
            }
            switch outcome {
            case .success(let length): return length
            case .failure(let error):
                guard error.code == .truncated, bytes.count == window, window < windowBytes.last else { return nil }
                window *= 8
            }
        }
    }

    private static func nextHeader(_ file: any FileReader, _ start: Int, _ size: Int) throws -> Int? {
        var offset = start
        while offset < size {
            let bytes = try read(file, offset, windowBytes.first)
            guard bytes.count >= headerBytes.count else { return nil }
            for index in 0...(bytes.count - headerBytes.count)
            where bytes[index] == headerBytes[0] && bytes[index...].starts(with: headerBytes) { return offset + index }
            offset += bytes.count - headerBytes.count + 1
        }
        return nil
    }

    private static func read(_ file: any FileReader, _ offset: Int, _ count: Int) throws(ArchiveError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var outcome: Result<Int, ArchiveError> = .success(0)
        bytes.withUnsafeMutableBytes { buffer in
            do throws(ArchiveError) { outcome = .success(try file.read(at: offset, into: buffer)) } catch {
                outcome = .failure(error)
            }
        }
        bytes.removeLast(count - (try outcome.get()))
        return bytes
    }

    private static func checksum(_ file: any FileReader, _ size: Int) throws(ArchiveError) -> String {
        var hash = SHA256()
        var offset = 0
        while offset < size {
            // What cannot be read is damage, and the members around it may still read.
            guard let bytes = try? read(file, offset, windowBytes.first), !bytes.isEmpty else { return "" }
            hash.update(bytes)
            offset += bytes.count
        }
        return hash.finalized().hex
    }
}
