#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The real disk. Files are made with the permissions 0644, folders with 0755, less the process's umask.
package struct DiskFiles: Files {
    package init() {}

    package func create(_ path: String) throws(ArchiveError) -> any FileWriter {
        // Always a file of our own: in a folder that others may write to, one that is there could be theirs, open or linked
        // elsewhere, and a symbolic link could lead to any.
        for _ in 0..<8 {
            let (descriptor, number) = SystemCall.run {
                Self.open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o644)
            }
            if descriptor >= 0 { return DiskFileWriter(path: path, descriptor: descriptor) }
            guard number == EEXIST else { throw SystemCall.writeError("write", path, number) }
            if let device = try openDevice(path) { return device }
            try remove(path)
        }
        throw ArchiveError(.cannotWrite, "cannot write \(path): another program makes it again and again")
    }

    /// A device, such as `/dev/full`, is written to; nil for everything else.
    private func openDevice(_ path: String) throws(ArchiveError) -> (any FileWriter)? {
        var details = stat()
        guard lstat(path, &details) == 0, [S_IFCHR, S_IFBLK].contains(details.st_mode & S_IFMT) else { return nil }
        let (descriptor, number) = SystemCall.run {
            Self.open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0)
        }
        guard descriptor >= 0 else { throw SystemCall.writeError("write", path, number) }
        return DiskFileWriter(path: path, descriptor: descriptor)
    }

    package func open(_ path: String) throws(ArchiveError) -> any FileReader {
        // Non-blocking, so that a named pipe in the file's place cannot hold us up.
        let (descriptor, number) = SystemCall.run {
            Self.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0)
        }
        guard descriptor >= 0 else { throw SystemCall.readError(path, number) }
        let reader = DiskFileReader(path: path, descriptor: descriptor)
        guard try reader.isRegular() else {
            throw ArchiveError(.cannotRead, "cannot read \(path): it is no regular file")
        }
        return reader
    }

    package func replace(_ final: String, with path: String) throws(ArchiveError) {
        let (result, number) = SystemCall.run { rename(path, final) }
        guard result == 0 else { throw SystemCall.writeError("rename \(path) to", final, number) }
    }

    package func move(_ path: String, to final: String) throws(ArchiveError) {
        let (linked, number) = SystemCall.run { link(path, final) }
        guard linked != 0 else { return try remove(path) }
        switch number {
        case EEXIST:
            throw ArchiveError(.nameTaken, "\(final) is there already, so \(path) keeps its name")
        case EPERM, EOPNOTSUPP, ENOSYS, EMLINK, EXDEV:
            // A file system without hard links: look, then rename. The caller's lock keeps others away meanwhile.
            guard try status(final) == nil else {
                throw ArchiveError(.nameTaken, "\(final) is there already, so \(path) keeps its name")
            }
            try replace(final, with: path)
        default:
            throw SystemCall.writeError("rename \(path) to", final, number)
        }
    }

    package func synchronize(folder path: String) throws(ArchiveError) {
        let (descriptor, number) = SystemCall.run { Self.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0) }
        guard descriptor >= 0 else { throw SystemCall.writeError("synchronise the folder", path, number) }
        let (result, failure) = SystemCall.run { fsync(descriptor) }
        _ = Self.close(descriptor)
        // Some network file systems cannot synchronise a folder, and say EINVAL: their renames are as durable as they get.
        guard result == 0 || failure == EINVAL else {
            throw SystemCall.writeError("synchronise the folder", path, failure)
        }
    }

    @discardableResult
    package func makeFolder(_ path: String) throws(ArchiveError) -> Bool {
        let (result, number) = SystemCall.run { mkdir(path, 0o755) }
        if result == 0 { return true }
        var details = stat()
        // A symbolic link to a folder will do.
        if number == EEXIST, stat(path, &details) == 0, details.st_mode & S_IFMT == S_IFDIR { return false }
        throw SystemCall.writeError("make the folder", path, number)
    }

    package func remove(_ path: String) throws(ArchiveError) {
        let (result, number) = SystemCall.run { unlink(path) }
        guard result == 0 || number == ENOENT else { throw SystemCall.writeError("remove", path, number) }
    }

    package func list(_ path: String) throws(ArchiveError) -> [String] {
        guard let folder = opendir(path) else { throw SystemCall.readError(path, errno) }
        defer { closedir(folder) }
        var names: [String] = []
        while true {
            errno = 0
            guard let entry = readdir(folder) else { break }
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        guard errno == 0 else { throw SystemCall.readError(path, errno) }
        return names.sorted { $0.precedesInBytes($1) }
    }

    package func status(_ path: String) throws(ArchiveError) -> FileStatus? {
        var details = stat()
        let (result, number) = SystemCall.run { lstat(path, &details) }
        if result == 0 { return FileStatus(details) }
        // A name longer than any may be is there as little.
        if number == ENOENT || number == ENOTDIR || number == ENAMETOOLONG { return nil }
        throw SystemCall.readError(path, number)
    }

    // The protocol's own `open` and the writers' `close` hide the C functions.
    private static func open(_ path: String, _ flags: Int32, _ mode: mode_t) -> Int32 {
        #if canImport(Glibc)
        Glibc.open(path, flags, mode)
        #elseif canImport(Musl)
        Musl.open(path, flags, mode)
        #else
        Darwin.open(path, flags, mode)
        #endif
    }

    static func close(_ descriptor: Int32) -> Int32 {
        #if canImport(Glibc)
        Glibc.close(descriptor)
        #elseif canImport(Musl)
        Musl.close(descriptor)
        #else
        Darwin.close(descriptor)
        #endif
    }
}

extension FileStatus {
    init(_ details: stat) {
        let kind: Kind =
            switch details.st_mode & S_IFMT {
            case S_IFREG: .file
            case S_IFDIR: .folder
            default: .other
            }
        #if canImport(Darwin)
        let time = details.st_mtimespec
        #else
        let time = details.st_mtim
        #endif
        self.init(kind: kind, size: Int(details.st_size), modified: time.tv_sec &* 1_000_000_000 &+ time.tv_nsec)
    }
}
