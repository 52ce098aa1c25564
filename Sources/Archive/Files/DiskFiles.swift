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
        // Always a file of our own: in a folder that others may write to, one that is there could be theirs, open or
        // linked elsewhere, and a symbolic link could lead to any.
        for _ in 0..<8 {
            let (descriptor, number) = Self.at(path) { place in
                openat(place.folder, place.name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o644)
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
        let (result, _) = Self.at(path) { fstatat($0.folder, $0.name, &details, AT_SYMLINK_NOFOLLOW) }
        guard result == 0, [S_IFCHR, S_IFBLK].contains(details.st_mode & S_IFMT) else { return nil }
        let (descriptor, number) = Self.at(path) { place in
            openat(place.folder, place.name, O_WRONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY)
        }
        guard descriptor >= 0 else { throw SystemCall.writeError("write", path, number) }
        return DiskFileWriter(path: path, descriptor: descriptor)
    }

    package func open(_ path: String) throws(ArchiveError) -> any FileReader {
        let (descriptor, number) = Self.at(path) { place in
            // Non-blocking, so that a named pipe in the file's place cannot hold us up.
            openat(place.folder, place.name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | place.openFlag)
        }
        guard descriptor >= 0 else { throw SystemCall.readError(path, number) }
        let reader = DiskFileReader(path: path, descriptor: descriptor)
        guard try reader.isRegular() else {
            throw ArchiveError(.cannotRead, "cannot read \(path): it is no regular file")
        }
        return reader
    }

    package func replace(_ final: String, with path: String) throws(ArchiveError) {
        let (result, number) = Self.at(path, final) { from, to in
            renameat(from.folder, from.name, to.folder, to.name)
        }
        guard result == 0 else { throw SystemCall.writeError("rename \(path) to", final, number) }
    }

    package func move(_ path: String, to final: String) throws(ArchiveError) {
        let (linked, number) = Self.at(path, final) { from, to in
            linkat(from.folder, from.name, to.folder, to.name, 0)
        }
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

    package func link(_ path: String, as other: String) throws(ArchiveError) {
        let (linked, number) = Self.at(path, other) { from, to in
            linkat(from.folder, from.name, to.folder, to.name, 0)
        }
        guard linked != 0 else { return }
        throw number == EEXIST
            ? ArchiveError(.nameTaken, "\(other) is there already")
            : SystemCall.writeError("link \(path) as", other, number)
    }

    package func synchronize(folder path: String) throws(ArchiveError) {
        let (descriptor, number) = Self.at(path) { openat($0.folder, $0.name, Self.folderFlags | $0.openFlag) }
        guard descriptor >= 0 else { throw SystemCall.writeError("synchronise the folder", path, number) }
        let (result, failure) = SystemCall.run { fsync(descriptor) }
        _ = Self.close(descriptor)
        // Some network file systems cannot synchronise a folder, and say EINVAL: their renames are as durable as they
        // get.
        guard result == 0 || failure == EINVAL else {
            throw SystemCall.writeError("synchronise the folder", path, failure)
        }
    }

    @discardableResult
    package func makeFolder(_ path: String) throws(ArchiveError) -> Bool {
        let (result, number) = Self.at(path) { mkdirat($0.folder, $0.name, 0o755) }
        if result == 0 { return true }
        // A symbolic link to a folder will do, where one is allowed.
        if number == EEXIST, try modificationTime(ofFolder: path) != nil { return false }
        let isLink = try status(path)?.kind == .link
        throw SystemCall.writeError("make the folder", path, isLink ? ELOOP : number)
    }

    package func remove(_ path: String) throws(ArchiveError) {
        let (result, number) = Self.at(path) { unlinkat($0.folder, $0.name, 0) }
        guard result == 0 || number == ENOENT else { throw SystemCall.writeError("remove", path, number) }
    }

    package func list(_ path: String) throws(ArchiveError) -> [String] {
        var names: [String] = []
        try forEachEntry(of: path) { name, _, _ in names.append(name) }
        return names.sorted { $0.precedesInBytes($1) }
    }

    package func folders(in path: String, withPrefix prefix: String) throws(ArchiveError) -> [FolderTime] {
        var found: [FolderTime] = []
        try forEachEntry(of: path) { name, type, folder in
            guard name.hasPrefix(prefix), type == DT_DIR || type == DT_UNKNOWN else { return }
            var details = stat()
            guard fstatat(folder, name, &details, AT_SYMLINK_NOFOLLOW) == 0 else { return }
            let status = FileStatus(details)
            guard status.kind == .folder else { return }
            found.append(
                FolderTime(name: String(name.utf8.dropFirst(prefix.utf8.count)) ?? "", modified: status.modified))
        }
        return found.sorted { $0.name.precedesInBytes($1.name) }
    }

    /// Calls `body` with each entry's name, its type as the folder tells it, and the folder's descriptor.
    private func forEachEntry(
        of path: String, _ body: (String, Int32, Int32) -> Void
    ) throws(ArchiveError) {
        let (descriptor, number) = Self.at(path) { openat($0.folder, $0.name, Self.folderFlags | $0.openFlag) }
        guard descriptor >= 0 else { throw SystemCall.readError(path, number) }
        guard let folder = fdopendir(descriptor) else {
            let failure = errno
            _ = Self.close(descriptor)
            throw SystemCall.readError(path, failure)
        }
        defer { closedir(folder) }
        while true {
            errno = 0
            guard let entry = readdir(folder) else { break }
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { body(name, Int32(entry.pointee.d_type), descriptor) }
        }
        guard errno == 0 else { throw SystemCall.readError(path, errno) }
    }

    package func status(_ path: String) throws(ArchiveError) -> FileStatus? {
        var details = stat()
        let (result, number) = Self.at(path) { fstatat($0.folder, $0.name, &details, AT_SYMLINK_NOFOLLOW) }
        if result == 0 { return FileStatus(details) }
        // A name longer than any may be is there as little as what lies behind a symbolic link that is not followed.
        if [ENOENT, ENOTDIR, ENAMETOOLONG, ELOOP].contains(number) { return nil }
        throw SystemCall.readError(path, number)
    }

    package func modificationTime(ofFolder path: String) throws(ArchiveError) -> Int? {
        var details = stat()
        let (result, number) = Self.at(path) { place in
            fstatat(place.folder, place.name, &details, place.isGuarded ? AT_SYMLINK_NOFOLLOW : 0)
        }
        guard result == 0 else {
            if number == ENOENT || number == ENOTDIR || number == ELOOP { return nil }
            throw SystemCall.readError(path, number)
        }
        let status = FileStatus(details)
        return status.kind == .folder ? status.modified : nil
    }

    package func touch(folder path: String) -> Int? {
        var now = timespec()
        guard clock_gettime(CLOCK_REALTIME, &now) == 0 else { return nil }
        // Given in full: the system's own idea of now is some milliseconds coarse, and two changes would look like one.
        let times = [now, now]
        let (result, _) = Self.at(path) { utimensat($0.folder, $0.name, times, 0) }
        return result == 0 ? try? modificationTime(ofFolder: path) : nil
    }

    private static let folderFlags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK

    /// Runs a system call where `path` leads; what it fails with where a folder on the way does.
    private static func at(_ path: String, _ call: (borrowing DiskPlace) -> Int32) -> (result: Int32, number: Int32) {
        do throws(DiskPlace.Failure) {
            let place = try DiskPlace.find(path)
            return SystemCall.run { call(place) }
        } catch {
            return (-1, error.number)
        }
    }

    private static func at(
        _ first: String, _ second: String, _ call: (borrowing DiskPlace, borrowing DiskPlace) -> Int32
    ) -> (result: Int32, number: Int32) {
        do throws(DiskPlace.Failure) {
            let from = try DiskPlace.find(first)
            let to = try DiskPlace.find(second)
            return SystemCall.run { call(from, to) }
        } catch {
            return (-1, error.number)
        }
    }

    // The writers' own `close` hides the C function.
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
            case S_IFLNK: .link
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
