import Foundation
import Gzip

/// Reads a file of rows into a table, a chunk at a time: the file's text is never in memory as a whole.
///
/// Errors name the file, the line (1 is the first) and the reason.
struct RowFile {
    /// How rows are written in a file, as its name says.
    struct Format: Hashable {
        enum Syntax: Hashable { case csv, ndjson }

        let syntax: Syntax
        let isCompressed: Bool

        /// Nil where the name's ending says nothing known; the case of letters does not matter.
        init?(path: String) {
            var name = path.lowercased()
            isCompressed = name.hasSuffix(".gz")
            if isCompressed { name.removeLast(3) }
            if name.hasSuffix(".csv") {
                syntax = .csv
            } else if [".ndjson", ".jsonl", ".json"].contains(where: name.hasSuffix) {
                syntax = .ndjson
            } else {
                return nil
            }
        }
    }

    let path: String
    let timeKey: String
    let timeZone: TimeZone

    /// - Throws: ``SandboxError/Code/unreadableFile`` or ``SandboxError/Code/badRow``.
    func load() throws(SandboxError) -> RowTable {
        guard let format = Format(path: path) else {
            throw SandboxError(
                .badSpecification, "'\(path)' is neither .csv nor .ndjson, with or without .gz")
        }
        var sink = RowLoader(file: path, timeKey: timeKey, servesTimeKey: false, timeZone: timeZone)
        do {
            sink.reserve(bytes: sizeHint(isCompressed: format.isCompressed))
            switch format.syntax {
            case .ndjson:
                var reader = NDJSONReader()
                try forEachChunk(isCompressed: format.isCompressed) { try reader.feed($0, &sink) }
                try reader.finish(&sink)
            case .csv:
                var reader = CSVReader()
                try forEachChunk(isCompressed: format.isCompressed) { try reader.feed($0, &sink) }
                try reader.finish(&sink)
            }
        } catch let error as SandboxError {
            throw error
        } catch let error as GzipError {
            throw SandboxError(.unreadableFile, "\(path): \(error.message)")
        } catch {
            throw SandboxError(.unreadableFile, "\(path): \(error.localizedDescription)")
        }
        return sink.finish()
    }

    /// About how many bytes of text the file holds, so that they need not move as they grow: the size that gzip's last
    /// four bytes tell (RFC 1952), unless it is out of all proportion, as it is for a file of several members.
    private func sizeHint(isCompressed: Bool) -> Int {
        guard let file = FileHandle(forReadingAtPath: path), let size = try? file.seekToEnd() else { return 0 }
        defer { try? file.close() }
        guard isCompressed else { return min(Int(size), 4 << 30) }
        guard size > 18, (try? file.seek(toOffset: size - 4)) != nil, let tail = try? file.read(upToCount: 4)
        else { return 0 }
        let told = tail.reversed().reduce(0) { $0 << 8 | Int($1) }
        return told <= 30 * Int(size) ? told : 0
    }

    private func forEachChunk(isCompressed: Bool, _ body: (UnsafeRawBufferPointer) throws -> Void)
        throws
    {
        guard let file = FileHandle(forReadingAtPath: path) else {
            throw SandboxError(
                .unreadableFile, "\(path) cannot be opened: \(String(cString: strerror(errno)))")
        }
        defer { try? file.close() }
        var decoder = try GzipDecoder()
        while let chunk = try file.read(upToCount: 1 << 20), !chunk.isEmpty {
            try chunk.withUnsafeBytes { bytes in
                if isCompressed { try decoder.feed(bytes, body) } else { try body(bytes) }
            }
        }
        if isCompressed { try decoder.finish() }
    }
}
