#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Runs system calls, and says in words why one failed.
enum SystemCall {
    /// Calls `body` until no signal interrupts it; its result, or the error number where that is -1.
    static func run<Result: FixedWidthInteger & SignedInteger>(_ body: () -> Result) -> (result: Result, number: Int32)
    {
        while true {
            let result = body()
            if result != -1 { return (result, 0) }
            if errno != EINTR { return (result, errno) }
        }
    }

    /// The error for a call that changes the disk.
    static func writeError(_ doing: String, _ path: String, _ number: Int32) -> ArchiveError {
        ArchiveError(
            .cannotWrite, "cannot \(doing) \(path): \(reason(number))", hint: hint(number),
            cause: number == ENOSPC || number == EDQUOT ? DiskFull() : nil)
    }

    /// The error for a call that only looks.
    static func readError(_ path: String, _ number: Int32) -> ArchiveError {
        let code: ArchiveError.Code =
            switch number {
            case ENOENT, ENOTDIR: .notFound
            default: lack(number) == nil ? .cannotRead : .cannotReadNow
            }
        return ArchiveError(
            code, "cannot read \(path): \(reason(number))", hint: code == .notFound ? nil : hint(number))
    }

    /// What the system lacked, where an error says nothing of the file.
    private enum Lack { case descriptors, memory, fileSystem }

    private static func lack(_ number: Int32) -> Lack? {
        switch number {
        case EMFILE, ENFILE: .descriptors
        case ENOMEM, ENOBUFS: .memory
        case ENOTCONN, ESTALE, ETIMEDOUT, EHOSTDOWN, EHOSTUNREACH: .fileSystem
        default: nil
        }
    }

    private static func reason(_ number: Int32) -> String {
        switch number {
        case ENOSPC: "the disk is full"
        case EDQUOT: "the disk quota is used up"
        case EROFS: "the file system is read-only"
        case EACCES, EPERM: "permission is denied"
        case EIO: "the disk reports an input/output error"
        case ENOENT: "there is no such file or folder"
        case ENOTDIR: "a part of the path is not a folder"
        case EISDIR: "it is a folder"
        case EEXIST: "something else bears that name"
        case ELOOP: "it is a symbolic link, or too many of them lead there"
        case ENXIO: "it is a named pipe"
        case ENAMETOOLONG: "the name is too long for this file system"
        case EFBIG: "the file is larger than the file system or the limits allow"
        default:
            switch lack(number) {
            case .descriptors: "too many files are open"
            case .memory: "the system gives no more memory"
            case .fileSystem: "its file system does not answer (\(words(number)))"
            case nil: words(number)
            }
        }
    }

    private static func hint(_ number: Int32) -> String? {
        switch number {
        case ENOSPC, EDQUOT: "free some space, then run the same command again; what was sealed stays"
        case EROFS, EACCES, EPERM: "check the folder's owner and mount, and the user that runs octovault"
        case ELOOP:
            "put the folder or file itself there; the vault's folder and a task's folder may be links, and nothing else"
        case EEXIST: "move what bears that name elsewhere, then run the same command again"
        case EIO: "check the disk and the kernel's log before anything else is written to it"
        default:
            switch lack(number) {
            case .descriptors: "raise the limit of open files (ulimit -n) or lower the concurrency"
            case .memory: "raise the limit of memory (ulimit -v), or run the command where more is free"
            case .fileSystem: "see to it that the file system is there again, then run the same command"
            case nil: nil
            }
        }
    }

    private static func words(_ number: Int32) -> String {
        let text = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer -> String in
            guard let base = buffer.baseAddress else { return "" }
            base.initialize(repeating: 0, count: buffer.count)
            return strerror_r(number, base, buffer.count) == 0 ? String(cString: base) : ""
        }
        return text.isEmpty ? "error \(number)" : text
    }
}
