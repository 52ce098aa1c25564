import Foundation

/// Reads small text files, and nothing that could hang or swamp the reader.
enum FileText {
    /// The largest file that is read, in bytes.
    static let maximumBytes = 1 << 20

    static func read(_ path: String, log: ProblemLog) -> SourceText? {
        let bytes: [UInt8]
        do throws(RegularFile.Failure) {
            bytes = try RegularFile.bytes(of: path, limit: maximumBytes)
        } catch {
            switch error {
            case .tooLarge:
                log.report(
                    .tooLarge, at: .start, "the file is too large", expected: "at most \(maximumBytes / 1024) KiB")
            case .notRegular:
                log.report(.unreadable, at: nil, "this is no file", expected: "a file of text")
            case .notFound:
                log.report(.unreadable, at: nil, "there is no such file")
            case .system(let reason):
                log.report(.unreadable, at: nil, "the file cannot be read: \(reason)")
            }
            return nil
        }
        let text = SourceText(bytes)
        if let invalid = text.firstInvalidByte {
            log.report(
                .notYAML, at: text.position(atByte: invalid), "the file is no UTF-8 text", expected: "UTF-8",
                hint: "save the file as plain UTF-8 text")
            return nil
        }
        return text
    }
}

/// Reads files whole.
enum RegularFile {
    enum Failure: Error {
        case tooLarge
        case notFound
        /// A pipe, a device, a folder.
        case notRegular
        /// The system's own words.
        case system(String)
    }

    /// The bytes of a regular file of at most `limit` bytes; a symbolic link is followed.
    static func bytes(of path: String, limit: Int) throws(Failure) -> [UInt8] {
        // Without O_NONBLOCK, opening a pipe would wait for a writer.
        let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { throw errno == ENOENT ? .notFound : .system(reason(errno)) }
        defer { close(descriptor) }
        var facts = stat()
        guard fstat(descriptor, &facts) == 0 else { throw .system(reason(errno)) }
        guard facts.st_mode & S_IFMT == S_IFREG else { throw .notRegular }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .system(reason(errno)) }
            if count == 0 { return bytes }
            bytes += chunk[..<count]
            guard bytes.count <= limit else { throw .tooLarge }
        }
    }

    /// The permission bits of the file at `path`; nil where there is none.
    static func permissions(_ path: String) -> UInt32? {
        var facts = stat()
        return stat(path, &facts) == 0 ? UInt32(facts.st_mode) & 0o777 : nil
    }

    private static func reason(_ code: Int32) -> String {
        String(cString: strerror(code)).lowercased()
    }
}
