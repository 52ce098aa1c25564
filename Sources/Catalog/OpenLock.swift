#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A kernel lock on a file, held for as long as a catalog takes to open.
struct OpenLock {
    private let descriptor: Int32

    /// Waits until the lock is free.
    init(path: String) throws(CatalogError) {
        // Not through a symbolic link, which could lead anywhere in a folder that others may write to.
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0o600)
        guard descriptor >= 0 else { throw Self.error(path) }
        while flock(descriptor, LOCK_EX) != 0 {
            if errno == EINTR { continue }
            let error = Self.error(path)
            close(descriptor)
            throw error
        }
    }

    /// Gives the lock back; the kernel does where the process dies first.
    func release() {
        // A child that is being started has the file open as well until it runs its program: closing would not do.
        _ = flock(descriptor, LOCK_UN)
        close(descriptor)
    }

    private static func error(_ path: String) -> CatalogError {
        CatalogError(
            .cannotWrite, "the lock file \(path) cannot be opened: \(String(cString: strerror(errno)))",
            hint: "check the permissions of the vault's folder")
    }
}
