import Foundation

/// Files that only their owner may open: mode 0600, in folders of mode 0700.
enum PrivateFile {
    /// - Returns: the content; nil where there is no such regular file, where it is another user's, where others can
    ///   open it, or where it is larger than `limit` bytes.
    static func read(_ path: String, atMost limit: Int) -> [UInt8]? {
        // Non-blocking, so that a named pipe in the file's place cannot hold us up.
        let file = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_uid == geteuid(),
            status.st_mode & 0o077 == 0, status.st_size <= limit
        else { return nil }
        var content = [UInt8](repeating: 0, count: limit)
        var count = 0
        while count < limit {
            let read = content.withUnsafeMutableBytes { buffer in
                Foundation.read(file, buffer.baseAddress.map { $0 + count }, limit - count)
            }
            if read < 0 && errno == EINTR { continue }
            guard read >= 0 else { return nil }
            if read == 0 { break }
            count += read
        }
        return Array(content[..<count])
    }

    /// Makes `path` and the folders above it, and takes `path` away from other users where it is ours.
    ///
    /// - Returns: nil for success, else what went wrong.
    static func makeDirectory(_ path: String) -> String? {
        var made = ""
        for part in path.split(separator: "/") {
            made += made.isEmpty && !path.hasPrefix("/") ? String(part) : "/\(part)"
            if mkdir(made, 0o700) == 0 {
                // The mask may have taken our own rights away.
                guard chmod(made, 0o700) == 0 else { return "cannot make \(made): \(reason())" }
            } else if errno != EEXIST {
                return "cannot make \(made): \(reason())"
            }
        }
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { return "\(path) is no folder" }
        guard status.st_uid == geteuid() else { return "\(path) is another user's" }
        guard status.st_mode & 0o077 == 0 || chmod(path, 0o700) == 0 else { return "\(path) is open to others" }
        return nil
    }

    /// Takes the folder at `path` away from other users where it is ours; one that is not there, or another's, stays.
    static func withdraw(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR, status.st_uid == geteuid(),
            status.st_mode & 0o077 != 0
        else { return }
        _ = chmod(path, 0o700)
    }

    /// Gives `path` this content in one step: a reader sees the old file or the new one.
    ///
    /// - Returns: nil for success, else what went wrong.
    static func replace(_ path: String, with content: [UInt8]) -> String? {
        let partial = "\(path).\(getpid())-\(UInt64.random(in: 0 ... .max)).partial"
        let file = open(partial, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard file >= 0 else { return "cannot write \(partial): \(reason())" }
        var isWritten = fchmod(file, 0o600) == 0 && write(content, to: file) && fsync(file) == 0
        let problem = reason()
        isWritten = close(file) == 0 && isWritten
        guard isWritten, rename(partial, path) == 0 else {
            let problem = isWritten ? reason() : problem
            _ = unlink(partial)
            return "cannot write \(path): \(problem)"
        }
        return nil
    }

    private static func write(_ content: [UInt8], to file: Int32) -> Bool {
        var rest = content[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Foundation.write(file, $0.baseAddress, $0.count) }
            if written < 0 && errno == EINTR { continue }
            guard written > 0 else { return false }
            rest = rest.dropFirst(written)
        }
        return true
    }

    private static func reason() -> String { String(cString: strerror(errno)) }
}
