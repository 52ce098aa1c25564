#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Whether a file system grants locks at all. Some do not: network file systems without a lock service, some in user
/// space. Nobody holds anything there, and waiting does not help.
package enum LockSupport {
    /// Why no lock is to be had, by the error number of `flock` or `fcntl`; nil where the number says another thing, as
    /// that somebody else holds it.
    package static func refusal(_ number: Int32) -> String? {
        switch number {
        case ENOLCK, ENOSYS, ENOTSUP, EOPNOTSUPP: String(cString: strerror(number))
        default: nil
        }
    }

    /// What to do about it.
    package static let advice =
        "what is there can be read; to write, mount the file system with locks (NFS: with its lock service, and without"
        + " nolock), or keep the vault on another"

    /// As ``refusal(_:)``, found out by taking a lock of the kind that SQLite takes, and giving it back.
    ///
    /// - Parameter path: a file that nobody takes such locks on, made if it is missing: when a file is closed, all such
    ///   locks of the process on it are gone.
    static func refusal(on path: String) -> String? {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0o600)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var lock = flock()
        lock.l_type = Int16(F_RDLCK)
        lock.l_whence = Int16(SEEK_SET)
        lock.l_len = 1
        guard fcntl(descriptor, F_SETLK, &lock) != 0 else { return nil }
        let number = errno
        return number == EINVAL ? String(cString: strerror(number)) : refusal(number)
    }
}
