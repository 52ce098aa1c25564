import Archive
import Records
import StorageTime
import Synchronization
import TestSupport

@testable import Restore

/// Files that do something the first time one path is opened, before it is.
final class InterruptedFiles: Files {
    private let files: any Files
    private let path: String
    private let action: @Sendable () throws -> Void
    private let isDone = Mutex(false)

    init(_ files: any Files, before path: String, _ action: @escaping @Sendable () throws -> Void) {
        self.files = files
        self.path = path
        self.action = action
    }

    func open(_ path: String) throws(ArchiveError) -> any FileReader {
        if path == self.path,
            isDone.withLock({ done in
                defer { done = true }
                return !done
            })
        {
            do { try action() } catch { throw error as? ArchiveError ?? ArchiveError(.cannotRead, "\(error)") }
        }
        return try files.open(path)
    }

    func create(_ path: String) throws(ArchiveError) -> any FileWriter { try files.create(path) }
    func replace(_ final: String, with path: String) throws(ArchiveError) { try files.replace(final, with: path) }
    func move(_ path: String, to final: String) throws(ArchiveError) { try files.move(path, to: final) }
    func synchronize(folder path: String) throws(ArchiveError) { try files.synchronize(folder: path) }
    func makeFolder(_ path: String) throws(ArchiveError) -> Bool { try files.makeFolder(path) }
    func remove(_ path: String) throws(ArchiveError) { try files.remove(path) }
    func list(_ path: String) throws(ArchiveError) -> [String] { try files.list(path) }
    func status(_ path: String) throws(ArchiveError) -> FileStatus? { try files.status(path) }
}

/// An output whose reader went away.
final class ClosedSink: RowSink {
    func write(_ bytes: UnsafeRawBufferPointer) throws(RestoreError) {
        throw RestoreError(.outputClosed, "the reader of the output closed it")
    }

    func finish() {}
    func abandon() {}
}

final class ProgressLog: Sendable {
    private let all = Mutex<[Restorer.Progress]>([])

    var last: Restorer.Progress? { all.withLock { $0.last } }

    func add(_ progress: Restorer.Progress) { all.withLock { $0.append(progress) } }
}

extension Fixture {
    /// Merges neighbouring windows of a day into one snapshot, as the vault does, and removes theirs.
    func merge(_ windows: [Window], into whole: Window) throws {
        var manifests: [Manifest] = []
        var bytes: [UInt8] = []
        var members: [ArchiveMember] = []
        let target = try address(whole)
        for window in windows {
            let address = try address(window)
            let folder = SnapshotFolder(path: layout.path(address.folder), files: files)
            guard let manifest = try folder.manifest(of: address.name), let archive = manifest.archive else { continue }
            manifests.append(manifest)
            for member in archive.members {
                members.append(
                    ArchiveMember(
                        offset: member.offset + bytes.count, bytes: member.bytes,
                        uncompressedBytes: member.uncompressedBytes, rows: member.rows))
            }
            bytes += try files.read(layout.path(address.archivePath(revision: 1)), limit: 1 << 20)
        }
        try publish(manifests, bytes, members, at: target)
        for window in windows {
            let address = try address(window)
            try files.remove(layout.path(address.archivePath(revision: 1)))
            try files.remove(layout.path(address.manifestPath))
        }
    }

    private func publish(
        _ manifests: [Manifest], _ bytes: [UInt8], _ members: [ArchiveMember], at address: SnapshotAddress
    ) throws {
        guard let first = manifests.first else { return }
        var merged = first
        merged.window = address.name.window
        merged.rows = manifests.reduce(0) { $0 + $1.rows }
        merged.total = merged.rows
        merged.rowsDigest = manifests.reduce(into: RowsDigest()) { $0.add($1.rowsDigest) }
        merged.replaces = manifests.compactMap { $0.window.map { SnapshotName.window($0).manifestName } }
        var next = 0
        merged.parts = manifests.compactMap { manifest in
            defer { next += manifest.archive?.members.count ?? 0 }
            return Manifest.Part(manifest, firstMember: next)
        }
        let path = layout.path(address.archivePath(revision: 1))
        try files.write(bytes, to: path)
        merged.archive = ArchiveFacts(
            file: address.name.archiveName(revision: 1), bytes: bytes.count, sha256: String(repeating: "0", count: 64),
            uncompressedBytes: members.reduce(0) { $0 + $1.uncompressedBytes }, members: members)
        try files.write(merged.encoded(), to: layout.path(address.manifestPath))
    }
}
