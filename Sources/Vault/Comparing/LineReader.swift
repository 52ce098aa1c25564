import Archive

/// A file's lines, each with its newline taken off.
///
/// Memory is bounded by the longest line.
struct LineReader {
    private let path: String
    private let file: any FileReader
    private let longest: Int
    private var offset = 0
    private var buffer: [UInt8] = []
    private var start = 0
    /// The number of the line read last, from 1.
    private(set) var number = 0

    private static let step = 1 << 18

    init(_ path: String, _ files: any Files, longest: Int) throws(ArchiveError) {
        self.path = path
        self.longest = longest
        file = try files.open(path)
    }

    /// - Returns: nil at the end of the file.
    /// - Throws: ``Archive/ArchiveError/Code/cannotRead``; ``Archive/ArchiveError/Code/manifestUnreadable`` for a line
    ///   that is too long, and for a last one that has no newline: a file that was cut short.
    mutating func next() throws(ArchiveError) -> [UInt8]? {
        var searched = start
        while true {
            if let end = buffer[searched...].firstIndex(of: UInt8(ascii: "\n")) {
                defer { start = end + 1 }
                number += 1
                return Array(buffer[start..<end])
            }
            searched = buffer.count - start
            buffer.removeFirst(start)
            start = 0
            guard buffer.count <= longest else {
                throw ArchiveError(
                    .manifestUnreadable, "\(path), line \(number + 1), has more than \(longest) bytes")
            }
            if try !fill() {
                guard !buffer.isEmpty else { return nil }
                throw ArchiveError(
                    .manifestUnreadable, "\(path), line \(number + 1), has no end: the file was cut short",
                    hint: "copy it again, or make it again")
            }
        }
    }

    private mutating func fill() throws(ArchiveError) -> Bool {
        var chunk = [UInt8](repeating: 0, count: Self.step)
        var outcome: Result<Int, ArchiveError> = .success(0)
        chunk.withUnsafeMutableBytes { bytes in
            do throws(ArchiveError) { outcome = .success(try file.read(at: offset, into: bytes)) } catch {
                outcome = .failure(error)
            }
        }
        let count = try outcome.get()
        buffer += chunk[..<count]
        offset += count
        return count > 0
    }
}
