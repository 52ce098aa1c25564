#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A kernel lock on a file, held for as long as a catalog takes to be made or changed in its format.
struct OpenLock {
    private let descriptor: Int32

    /// Between two tries, in microseconds.
    private static let pause: UInt32 = 20_000

    /// Waits until the lock is free, blocking the thread.
    ///
    /// - Throws: ``CatalogError/Code/busy`` where it is held for longer than `wait` allows.
    init(path: String, wait: OpenWait) throws(CatalogError) {
        // Not through a symbolic link, which could lead anywhere in a folder that others may write to.
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0o600)
        guard descriptor >= 0 else { throw Self.error(path) }
        var waited = 0.0
        var isTold = false
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            if errno == EINTR { continue }
            guard errno == EWOULDBLOCK, waited < wait.limit else {
                let error = errno == EWOULDBLOCK ? Self.busy(path) : Self.error(path)
                close(descriptor)
                throw error
            }
            if waited >= OpenWait.silence, !isTold {
                isTold = true
                wait.onWait(path)
            }
            usleep(Self.pause)
            waited += Double(Self.pause) / 1_000_000
        }
    }

    /// Gives the lock back; the kernel does where the process dies first.
    func release() {
        // A child that is being started has the file open as well until it runs its program: closing would not do.
        _ = flock(descriptor, LOCK_UN)
        close(descriptor)
    }

    private static func busy(_ path: String) -> CatalogError {
        CatalogError(
            .busy, "another process holds \(path)",
            hint: "`fuser` or `lsof` tells which; the lock is held for moments only, so it may have to be ended")
    }

    private static func error(_ path: String) -> CatalogError {
        if let reason = LockSupport.refusal(errno) { return CatalogError(noLocksFor: path, reason) }
        return CatalogError(
            .cannotWrite, "the lock file \(path) cannot be opened: \(String(cString: strerror(errno)))",
            hint: "check the permissions of the vault's folder, and that its file system has locks")
    }
}
