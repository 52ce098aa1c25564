#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Which file a path names: two paths with equal identities are one file.
package struct FileIdentity: Sendable, Hashable {
    private let device: UInt64
    private let number: UInt64

    /// nil where there is no such file.
    package init?(path: String) {
        var details = stat()
        guard stat(path, &details) == 0 else { return nil }
        device = UInt64(truncatingIfNeeded: details.st_dev)
        number = UInt64(details.st_ino)
    }

    /// Whose the folder is, where it is another user's than this process's; nil where it is our own, or cannot be told.
    static func otherOwner(of path: String) -> UInt32? {
        var details = stat()
        guard stat(path, &details) == 0, details.st_uid != geteuid() else { return nil }
        return details.st_uid
    }

    /// Takes a folder of our own away from all other users; anybody else's stays as it is.
    static func closeToOthers(folder path: String) {
        var details = stat()
        guard lstat(path, &details) == 0, details.st_mode & S_IFMT == S_IFDIR, details.st_uid == geteuid(),
            details.st_mode & 0o077 != 0
        else { return }
        _ = chmod(path, 0o700)
    }

    /// The path with symbolic links resolved; nil where it leads nowhere.
    static func resolve(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    /// Whether this process may make files in the folder, as far as permissions and the mount say.
    static func isWritable(folder path: String) -> Bool { access(path, W_OK | X_OK) == 0 }
}
