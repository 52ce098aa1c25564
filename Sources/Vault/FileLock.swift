#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif
import Catalog
import Synchronization

/// A kernel lock (`flock`) on a file that is made for it and never removed. It goes with the process that holds it.
///
/// The file says who holds it, for people and for messages: the process's id and a newline. What it says counts only
/// while the lock is held.
final class FileLock: Sendable {
    private let descriptor: Mutex<Int32?>

    private init(descriptor: Int32) {
        self.descriptor = Mutex(descriptor)
    }

    deinit { release() }

    /// Takes the lock, or says who has it.
    enum Attempt {
        case taken(FileLock)
        case held(by: Int32?)
    }

    /// Tries once, without waiting.
    ///
    /// - Throws: ``VaultError/Code/cannotWrite`` where the file cannot be made or the file system has no locks.
    static func attempt(_ path: String, processID: Int32) throws(VaultError) -> Attempt {
        let descriptor = openFile(path)
        guard descriptor >= 0 else { throw error("make", path) }
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            if errno == EINTR { continue }
            defer { close(descriptor) }
            guard errno == EWOULDBLOCK else { throw error("lock", path) }
            return .held(by: holder(descriptor))
        }
        write(processID, to: descriptor)
        return .taken(FileLock(descriptor: descriptor))
    }

    /// Whether anybody holds the lock at the moment.
    enum Look {
        case free
        case held(by: Int32?)
    }

    /// Looks without taking the lock: it is shared for that moment, and the file's words stay. A file that cannot be
    /// opened counts as free.
    static func look(_ path: String) -> Look {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else { return .free }
        defer { close(descriptor) }
        guard flock(descriptor, LOCK_SH | LOCK_NB) != 0, errno == EWOULDBLOCK else {
            _ = flock(descriptor, LOCK_UN)
            return .free
        }
        return .held(by: holder(descriptor))
    }

    /// Waits until the lock is free, blocking the thread: for what takes a moment only.
    ///
    /// - Parameter limit: in seconds.
    /// - Throws: ``VaultError/Code/busy`` where another holds it for longer; as ``attempt(_:processID:)``.
    static func wait(_ path: String, limit: Double) throws(VaultError) -> FileLock {
        let descriptor = openFile(path)
        guard descriptor >= 0 else { throw error("make", path) }
        let pause: UInt32 = 20_000
        var waited = 0.0
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            if errno == EINTR { continue }
            let number = errno
            if number != EWOULDBLOCK || waited >= limit {
                close(descriptor)
                errno = number
                throw number == EWOULDBLOCK
                    ? VaultError(.busy, "another process holds \(path)", hint: "`fuser` or `lsof` tells which")
                    : error("lock", path)
            }
            usleep(pause)
            waited += Double(pause) / 1_000_000
        }
        return FileLock(descriptor: descriptor)
    }

    /// Gives the lock back. Calling again does nothing.
    func release() {
        descriptor.withLock { held in
            guard let open = held else { return }
            held = nil
            // A child that is being started has the file open as well until it runs its program: closing would not do.
            _ = flock(open, LOCK_UN)
            close(open)
        }
    }

    /// Never through a symbolic link: in a folder that others may write to it could lead to any file, and the lock's
    /// words take the place of what is there.
    private static func openFile(_ path: String) -> Int32 {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0o600)
        guard descriptor >= 0 else { return descriptor }
        var details = stat()
        if fstat(descriptor, &details) == 0, details.st_mode & S_IFMT == S_IFREG { return descriptor }
        close(descriptor)
        errno = EINVAL
        return -1
    }

    /// Says who holds the lock. Only words for others: the lock is as good without them, on a full disk for one.
    private static func write(_ processID: Int32, to descriptor: Int32) {
        // Written over, not emptied first: file systems bring a file that was emptied onto the device when it is
        // closed.
        let text = Array("\(processID)\n".utf8)
        guard pwrite(descriptor, text, text.count, 0) == text.count else { return }
        var details = stat()
        if fstat(descriptor, &details) == 0, details.st_size == text.count { return }
        _ = ftruncate(descriptor, off_t(text.count))
    }

    private static func holder(_ descriptor: Int32) -> Int32? {
        var bytes = [UInt8](repeating: 0, count: 32)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        return Int32(String(decoding: bytes.prefix(max(0, count)).prefix { $0 != 0x0A }, as: UTF8.self))
    }

    private static func error(_ doing: String, _ path: String) -> VaultError {
        if let reason = LockSupport.refusal(errno) {
            return VaultError(
                .cannotWrite, "\(path) cannot be locked: its file system grants no locks (\(reason))",
                hint: LockSupport.advice)
        }
        let reason =
            switch errno {
            case ELOOP: "it is a symbolic link"
            case EINVAL: "it is no regular file"
            default: String(cString: strerror(errno))
            }
        return VaultError(
            .cannotWrite, "cannot \(doing) the file \(path): \(reason)",
            hint: "check the permissions of the vault's folder and its file system")
    }
}
