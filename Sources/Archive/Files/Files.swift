/// The file operations that a vault needs, and no more: the seam on which tests fail each step in turn.
///
/// Every call returns once the operating system has done what was asked. Errors name the path and say in words what is
/// wrong with it: ``ArchiveError/Code/cannotWrite`` from what changes the disk, ``ArchiveError/Code/cannotRead`` from
/// what does not, ``ArchiveError/Code/notFound`` where the path to be read is not there.
package protocol Files: Sendable {
    /// Makes the file `path` and opens it for writing. A file or link that was there is removed first, never written
    /// into.
    func create(_ path: String) throws(ArchiveError) -> any FileWriter

    /// Opens `path` for reading; what is no regular file is refused as ``ArchiveError/Code/cannotRead``, without
    /// waiting.
    func open(_ path: String) throws(ArchiveError) -> any FileReader

    /// Gives a file its final name in one step, replacing a file that bears it.
    func replace(_ final: String, with path: String) throws(ArchiveError)

    /// Gives a file another name in one step, unless that name is taken.
    ///
    /// - Throws: ``ArchiveError/Code/nameTaken`` where there is something at `final`, which is left as it is.
    func move(_ path: String, to final: String) throws(ArchiveError)

    /// Gives a file one more name in one step, in whatever folder of the same file system, unless that name is taken.
    /// The two names are one file from then on; a symbolic link is not followed.
    ///
    /// - Throws: ``ArchiveError/Code/nameTaken``; ``ArchiveError/Code/cannotWrite`` where the file system has no such
    ///   names, or the two lie on different ones.
    func link(_ path: String, as other: String) throws(ArchiveError)

    /// Makes the names made, changed and removed in a folder survive a power cut.
    func synchronize(folder path: String) throws(ArchiveError)

    /// Makes one folder, whose parent must be there.
    ///
    /// - Returns: whether it was made now; false where there was a folder already.
    @discardableResult
    func makeFolder(_ path: String) throws(ArchiveError) -> Bool

    /// Removes a file. One that is not there is no error.
    func remove(_ path: String) throws(ArchiveError)

    /// The names in a folder, sorted by their bytes, without `.` and `..`.
    func list(_ path: String) throws(ArchiveError) -> [String]

    /// What is at `path`, not following a symbolic link; nil where there is nothing.
    func status(_ path: String) throws(ArchiveError) -> FileStatus?

    /// The real folders in a folder whose names begin with `prefix`, by the rest of their names, sorted by their bytes,
    /// with their times. Symbolic links and files are left out.
    func folders(in path: String, withPrefix prefix: String) throws(ArchiveError) -> [FolderTime]

    /// When a folder's list of names last changed, as ``FileStatus/modified``, following a symbolic link that is
    /// allowed there; nil where there is no folder.
    func modificationTime(ofFolder path: String) throws(ArchiveError) -> Int?

    /// Gives a folder the present instant as its modification time, as far as that can be done.
    ///
    /// - Returns: the time that the folder has now; nil where it could not be set.
    func touch(folder path: String) -> Int?
}

/// A folder in another one.
package struct FolderTime: Sendable, Hashable {
    /// The folder's name, or what stands behind the prefix that was asked for.
    package var name: String
    /// When its list of names last changed: nanoseconds since 1970.
    package var modified: Int

    package init(name: String, modified: Int) {
        self.name = name
        self.modified = modified
    }
}

// What a disk does faster or better; tests' own disks do with this.
extension Files {
    package func folders(in path: String, withPrefix prefix: String) throws(ArchiveError) -> [FolderTime] {
        var found: [FolderTime] = []
        for name in try list(path) where name.hasPrefix(prefix) {
            guard let status = try status(PathText.join(path, name)), status.kind == .folder else { continue }
            found.append(FolderTime(name: String(name.dropFirst(prefix.count)), modified: status.modified))
        }
        return found
    }

    package func modificationTime(ofFolder path: String) throws(ArchiveError) -> Int? {
        guard let status = try status(path), status.kind == .folder else { return nil }
        return status.modified
    }

    package func touch(folder path: String) -> Int? { nil }

    package func link(_ path: String, as other: String) throws(ArchiveError) {
        throw ArchiveError(.cannotWrite, "cannot give \(path) another name: these files have one each")
    }
}

/// A file being written. Calls from several threads take turns.
package protocol FileWriter: AnyObject, Sendable {
    /// Appends all of `bytes`.
    func write(_ bytes: UnsafeRawBufferPointer) throws(ArchiveError)
    /// Returns once all that was written is on the device.
    func synchronize() throws(ArchiveError)
    /// Closes the file; further calls do nothing. A file let go is closed as well, its errors unseen.
    func close() throws(ArchiveError)
}

/// A file open for reading at any offset, by any number of threads at once. It is closed when let go.
package protocol FileReader: AnyObject, Sendable {
    /// The file's size in bytes now.
    func size() throws(ArchiveError) -> Int
    /// Fills `buffer` from `offset` on.
    ///
    /// - Returns: the number of bytes read, less than the buffer holds only where the file ends.
    func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(ArchiveError) -> Int
}

/// What a path names.
package struct FileStatus: Sendable, Hashable {
    package enum Kind: Sendable, Hashable { case file, folder, link, other }

    package var kind: Kind
    /// In bytes.
    package var size: Int
    /// When the content, or the folder's list of names, last changed: nanoseconds since 1970.
    package var modified: Int

    package init(kind: Kind, size: Int, modified: Int) {
        self.kind = kind
        self.size = size
        self.modified = modified
    }
}

extension Files {
    /// The whole of a small file.
    ///
    /// - Throws: ``ArchiveError/Code/cannotRead`` for a file of more than `limit` bytes, before it is read.
    package func read(_ path: String, limit: Int) throws(ArchiveError) -> [UInt8] {
        let reader = try open(path)
        let size = try reader.size()
        guard size <= limit else {
            throw ArchiveError(.cannotRead, "\(path) has \(size) bytes, more than the \(limit) that it may have")
        }
        var bytes = [UInt8](repeating: 0, count: size)
        var count = 0
        var failure: ArchiveError?
        bytes.withUnsafeMutableBytes { buffer in
            do throws(ArchiveError) { count = try reader.read(at: 0, into: buffer) } catch { failure = error }
        }
        if let failure { throw failure }
        bytes.removeLast(size - count)
        return bytes
    }

    /// Writes `path` anew and returns once its bytes are on the device. The name itself is not yet.
    package func write(_ bytes: [UInt8], to path: String) throws(ArchiveError) {
        let writer = try create(path)
        try writer.write(all: bytes)
        try writer.synchronize()
        try writer.close()
    }

    /// Makes a folder and those above it that are missing.
    ///
    /// - Returns: the folders made now, outermost first.
    @discardableResult
    package func makeFolders(_ path: String) throws(ArchiveError) -> [String] {
        if try status(path)?.kind == .folder { return [] }
        var made: [String] = []
        let parent = PathText.parent(of: path)
        if parent != path { made = try makeFolders(parent) }
        if try makeFolder(path) { made.append(path) }
        return made
    }
}

extension FileWriter {
    /// Appends an array's bytes.
    package func write(all bytes: [UInt8]) throws(ArchiveError) {
        var failure: ArchiveError?
        bytes.withUnsafeBytes { buffer in
            do throws(ArchiveError) { try write(buffer) } catch { failure = error }
        }
        if let failure { throw failure }
    }
}

/// Paths as text, joined and taken apart at slashes.
package enum PathText {
    /// `folder/name`.
    package static func join(_ folder: String, _ name: String) -> String {
        folder.utf8.last == UInt8(ascii: "/") ? folder + name : folder + "/" + name
    }

    /// The folder that `path` lies in: `.` for a bare name, `/` for the root.
    package static func parent(of path: String) -> String {
        var rest = path[...]
        while rest.count > 1, rest.utf8.last == UInt8(ascii: "/") { rest.removeLast() }
        guard let slash = rest.lastIndex(of: "/") else { return "." }
        return slash == rest.startIndex ? "/" : String(rest[..<slash])
    }

    /// The part behind the last slash.
    package static func name(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
    }
}
