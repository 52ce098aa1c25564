#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Outputs that are there already and are no plain files: descriptors of this process, pipes, devices. They are written
/// into, from where they stand.
package enum OpenOutput {
    /// How long to wait before looking again whether somebody reads a named pipe, in microseconds.
    private static let retryPause: UInt32 = 20_000

    /// The number of the open descriptor that a path names, also through symbolic links: `/dev/stdout`, `/dev/fd/63`,
    /// as shells write `>(…)`, `/proc/self/fd/1`. nil for every other path.
    package static func descriptor(named path: String) -> Int32? {
        var path = path
        for _ in 0..<16 {
            if let number = number(in: path) ?? number(in: resolvingFolder(of: path)) { return number }
            guard let target = link(at: path) else { return nil }
            path = target
        }
        return nil
    }

    /// Opens what a path names where it is one of them; nil where it is a plain file, a folder, or nothing.
    ///
    /// A named pipe that nobody reads is waited for, until the task is cancelled.
    ///
    /// - Throws: ``RestoreError/Code/cannotWrite``.
    static func sink(_ path: String) throws(RestoreError) -> DescriptorSink? {
        if let number = descriptor(named: path) {
            let copy = fcntl(number, F_DUPFD_CLOEXEC, 3)
            guard copy >= 0 else { throw error(path, errno) }
            return DescriptorSink(owning: copy)
        }
        var details = stat()
        guard stat(path, &details) == 0, ![S_IFREG, S_IFDIR].contains(details.st_mode & S_IFMT) else { return nil }
        while true {
            let opened = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)
            if opened >= 0 { return DescriptorSink(owning: opened) }
            let number = errno
            let isUnread = number == ENXIO && details.st_mode & S_IFMT == S_IFIFO && !Task.isCancelled
            guard isUnread || number == EINTR else { throw error(path, number) }
            usleep(retryPause)
        }
    }

    private static func number(in path: String) -> Int32? {
        switch path {
        case "/dev/stdout": return 1
        case "/dev/stderr": return 2
        default: break
        }
        for folder in ["/dev/fd/", "/proc/self/fd/", "/proc/thread-self/fd/", "/proc/\(getpid())/fd/"]
        where path.hasPrefix(folder) {
            let digits = path.dropFirst(folder.count)
            guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
            return Int32(digits)
        }
        return nil
    }

    /// The path with no link and no detour in its folder's part.
    private static func resolvingFolder(of path: String) -> String {
        let cut = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
        let folder = String(path[..<cut])
        guard let real = realpath(folder.isEmpty ? "." : folder, nil) else { return path }
        defer { free(real) }
        let name = String(cString: real)
        return (name == "/" ? "/" : name + "/") + path[cut...]
    }

    /// Where a symbolic link leads; nil for what is none.
    private static func link(at path: String) -> String? {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink(path, &buffer, buffer.count)
        guard count > 0 else { return nil }
        let target = String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        guard !target.hasPrefix("/") else { return target }
        let cut = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
        return path[..<cut] + target
    }

    private static func error(_ path: String, _ number: Int32) -> RestoreError {
        RestoreError(.cannotWrite, "\(path) cannot be written: \(String(cString: strerror(number)))")
    }
}
