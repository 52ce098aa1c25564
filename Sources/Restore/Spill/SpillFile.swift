#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A temporary file without a name: it is gone once let go, or once the process ends, however that happens.
final class SpillFile {
    private let descriptor: Int32
    private let folder: String
    /// In bytes.
    private(set) var size = 0

    /// Where temporary files go: `TMPDIR`, else `/var/tmp`, which is on a disk where `/tmp` may be memory.
    static var defaultFolder: String {
        if let folder = getenv("TMPDIR").map({ String(cString: $0) }), !folder.isEmpty { return folder }
        return access("/var/tmp", W_OK) == 0 ? "/var/tmp" : "/tmp"
    }

    /// - Throws: ``RestoreError/Code/cannotWrite``.
    init(folder: String) throws(RestoreError) {
        self.folder = folder
        var template = Array("\(folder)/octovault.XXXXXX".utf8CString)
        descriptor = mkstemp(&template)
        guard descriptor >= 0 else { throw Self.error("make", folder, errno) }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        unlink(template)
    }

    deinit { close(descriptor) }

    /// - Throws: ``RestoreError/Code/cannotWrite``.
    func append(_ bytes: UnsafeRawBufferPointer) throws(RestoreError) {
        var rest = bytes[...]
        while let base = UnsafeRawBufferPointer(rebasing: rest).baseAddress, !rest.isEmpty {
            let written = pwrite(descriptor, base, rest.count, off_t(size))
            guard written >= 0 else {
                if errno == EINTR { continue }
                throw Self.error("write", folder, errno)
            }
            rest = rest.dropFirst(written)
            size += written
        }
    }

    /// Fills `buffer` from `offset` on, all of which must have been written.
    ///
    /// - Throws: ``RestoreError/Code/cannotRead``.
    func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(RestoreError) {
        var done = 0
        while let base = buffer.baseAddress, done < buffer.count {
            let count = pread(descriptor, base + done, buffer.count - done, off_t(offset + done))
            guard count > 0 else {
                if count < 0, errno == EINTR { continue }
                let reason = count == 0 ? "it ends early" : String(cString: strerror(errno))
                throw RestoreError(.cannotRead, "cannot read back a temporary file in \(folder): \(reason)")
            }
            done += count
        }
    }

    private static func error(_ doing: String, _ folder: String, _ number: Int32) -> RestoreError {
        RestoreError(
            .cannotWrite, "cannot \(doing) a temporary file in \(folder): \(String(cString: strerror(number)))",
            hint: "TMPDIR names another folder for temporary files")
    }
}
