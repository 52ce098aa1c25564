import Archive
import Synchronization
import Testing

/// The real disk, on which something else happens right before the first archive is opened for reading.
final class InterruptingFiles: Files {
    private let disk = DiskFiles()
    private let interruption: @Sendable () throws -> Void
    private let state = Mutex(false)

    init(_ interruption: @escaping @Sendable () throws -> Void) {
        self.interruption = interruption
    }

    private func isFirst() -> Bool {
        state.withLock { isDone in
            defer { isDone = true }
            return !isDone
        }
    }

    var isDone: Bool { state.withLock { $0 } }

    func open(_ path: String) throws(ArchiveError) -> any FileReader {
        if path.hasSuffix(".gz"), isFirst() {
            do { try interruption() } catch { Issue.record(error) }
        }
        return try disk.open(path)
    }

    func create(_ path: String) throws(ArchiveError) -> any FileWriter { try disk.create(path) }
    func replace(_ final: String, with path: String) throws(ArchiveError) { try disk.replace(final, with: path) }
    func move(_ path: String, to final: String) throws(ArchiveError) { try disk.move(path, to: final) }
    func synchronize(folder path: String) throws(ArchiveError) { try disk.synchronize(folder: path) }
    func makeFolder(_ path: String) throws(ArchiveError) -> Bool { try disk.makeFolder(path) }
    func remove(_ path: String) throws(ArchiveError) { try disk.remove(path) }
    func list(_ path: String) throws(ArchiveError) -> [String] { try disk.list(path) }
    func status(_ path: String) throws(ArchiveError) -> FileStatus? { try disk.status(path) }
}
