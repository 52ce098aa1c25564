#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#else
internal import Darwin
#endif

/// Which file a path names: two paths with equal identities are one file.
struct FileIdentity: Sendable, Hashable {
    private let device: UInt64
    private let number: UInt64

    /// nil where there is no such file.
    init?(path: String) {
        var details = stat()
        guard stat(path, &details) == 0 else { return nil }
        device = UInt64(truncatingIfNeeded: details.st_dev)
        number = UInt64(details.st_ino)
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
