package import Archive

/// A disk whose folders always tell the same time, as one does whose clock is so coarse that changes in a row look
/// like one: a memory file system's tells milliseconds, some network's seconds.
///
/// What the program itself changes must not be told by the time of a folder, for a crash may follow at any moment.
package struct CoarseTimeFiles: Files {
    private let disk = DiskFiles()

    package init() {}

    package func status(_ path: String) throws(ArchiveError) -> FileStatus? {
        var status = try disk.status(path)
        if status?.kind == .folder { status?.modified = 1 }
        return status
    }

    package func create(_ path: String) throws(ArchiveError) -> any FileWriter { try disk.create(path) }
    package func open(_ path: String) throws(ArchiveError) -> any FileReader { try disk.open(path) }
    package func replace(_ final: String, with path: String) throws(ArchiveError) {
        try disk.replace(final, with: path)
    }
    package func move(_ path: String, to final: String) throws(ArchiveError) { try disk.move(path, to: final) }
    package func link(_ path: String, as other: String) throws(ArchiveError) { try disk.link(path, as: other) }
    package func synchronize(folder path: String) throws(ArchiveError) { try disk.synchronize(folder: path) }
    package func makeFolder(_ path: String) throws(ArchiveError) -> Bool { try disk.makeFolder(path) }
    package func remove(_ path: String) throws(ArchiveError) { try disk.remove(path) }
    package func list(_ path: String) throws(ArchiveError) -> [String] { try disk.list(path) }
}
