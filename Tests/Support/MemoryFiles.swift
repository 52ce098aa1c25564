package import Archive
import Synchronization

/// A disk in memory that forgets at a power cut what was not made durable.
///
/// A file's bytes are durable once it was synchronised, a name's making, change or removal once its folder was. Of what
/// is not durable yet, a cut keeps any part, each name and each file for itself, chosen by a seed: as real disks do.
package final class MemoryFiles: Files {
    fileprivate final class Node {
        let isFolder: Bool
        var bytes: [UInt8] = []
        var durableBytes: [UInt8] = []
        var names: [String: Node] = [:]
        var durableNames: [String: Node] = [:]
        var modified = 0

        init(isFolder: Bool) { self.isFolder = isFolder }
    }

    /// Nodes are touched under the lock only.
    fileprivate struct State: @unchecked Sendable {
        var root = Node(isFolder: true)
        var time = 0
    }

    fileprivate let state = Mutex(State())

    package init() {}

    /// Ends power: what was not durable is kept or lost, name by name and file by file.
    package func cutPower(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        state.withLock { Self.cut($0.root, &random) }
    }

    private static func cut(_ node: Node, _ random: inout SeededGenerator) {
        if node.isFolder {
            for name in Set(node.names.keys).union(node.durableNames.keys).sorted() where Bool.random(using: &random) {
                node.names[name] = node.durableNames[name]
            }
            for name in node.names.keys.sorted() { node.names[name].map { cut($0, &random) } }
            node.durableNames = node.names
        } else if node.bytes != node.durableBytes, Bool.random(using: &random) {
            let grown = node.bytes.starts(with: node.durableBytes)
            let kept = grown ? Int.random(in: node.durableBytes.count...node.bytes.count, using: &random) : 0
            node.bytes = grown ? Array(node.bytes[..<kept]) : node.durableBytes
        }
        node.durableBytes = node.bytes
    }

    package func create(_ path: String) throws(ArchiveError) -> any FileWriter {
        try change(path) { (folder, name, time) throws(ArchiveError) in
            if folder.names[name]?.isFolder == true { throw Self.cannot("write", path, "it is a folder") }
            // An emptied file keeps its node, and so what was durable of it.
            let node = folder.names[name] ?? Node(isFolder: false)
            node.bytes = []
            node.modified = time
            folder.names[name] = node
        }
        return MemoryWriter(files: self, path: path)
    }

    package func open(_ path: String) throws(ArchiveError) -> any FileReader {
        let bytes = state.withLock { Self.find(path, $0.root)?.bytes }
        guard let bytes else { throw ArchiveError(.notFound, "cannot read \(path): there is no such file") }
        return MemoryReader(bytes: bytes)
    }

    package func replace(_ final: String, with path: String) throws(ArchiveError) {
        try rename(path, to: final, isReplacing: true)
    }

    package func move(_ path: String, to final: String) throws(ArchiveError) {
        try rename(path, to: final, isReplacing: false)
    }

    private func rename(_ path: String, to final: String, isReplacing: Bool) throws(ArchiveError) {
        guard let node = state.withLock({ Lent(node: Self.find(path, $0.root)) }).node else {
            throw Self.cannot("rename", path, "there is no such file")
        }
        let lent = Lent(node: node)
        try change(final) { (folder, name, _) throws(ArchiveError) in
            guard isReplacing || folder.names[name] == nil else { throw ArchiveError(.nameTaken, "\(final) is there") }
            folder.names[name] = lent.node
        }
        try change(path) { (folder, name, _) throws(ArchiveError) in folder.names[name] = nil }
    }

    private struct Lent: @unchecked Sendable {
        let node: Node?
    }

    package func synchronize(folder path: String) throws(ArchiveError) {
        let isThere = state.withLock { state in
            guard let folder = Self.find(path, state.root), folder.isFolder else { return false }
            folder.durableNames = folder.names
            return true
        }
        guard isThere else { throw Self.cannot("synchronise", path, "there is no such folder") }
    }

    @discardableResult
    package func makeFolder(_ path: String) throws(ArchiveError) -> Bool {
        if try status(path)?.kind == .folder { return false }
        try change(path) { (folder, name, time) throws(ArchiveError) in
            guard folder.names[name] == nil else { throw Self.cannot("make the folder", path, "there is a file") }
            let node = Node(isFolder: true)
            node.modified = time
            folder.names[name] = node
        }
        return true
    }

    package func remove(_ path: String) throws(ArchiveError) {
        guard try status(path) != nil else { return }
        try change(path) { (folder, name, _) throws(ArchiveError) in folder.names[name] = nil }
    }

    package func list(_ path: String) throws(ArchiveError) -> [String] {
        let names = state.withLock { state in
            Self.find(path, state.root).flatMap { $0.isFolder ? $0.names.keys.sorted() : nil }
        }
        guard let names else { throw ArchiveError(.notFound, "cannot read \(path): there is no such folder") }
        return names
    }

    package func status(_ path: String) throws(ArchiveError) -> FileStatus? {
        state.withLock { state in
            Self.find(path, state.root).map {
                FileStatus(kind: $0.isFolder ? .folder : .file, size: $0.bytes.count, modified: $0.modified)
            }
        }
    }

    fileprivate func withFile(_ path: String, _ body: (Node) -> Void) throws(ArchiveError) {
        let isThere = state.withLock { state in
            guard let node = Self.find(path, state.root) else { return false }
            body(node)
            return true
        }
        guard isThere else { throw Self.cannot("write", path, "the file is gone") }
    }

    private func change(
        _ path: String, _ body: (Node, String, Int) throws(ArchiveError) -> Void
    ) throws(ArchiveError) {
        try state.withLock { (state) throws(ArchiveError) -> Void in
            var parts = path.split(separator: "/").map(String.init)
            guard let name = parts.popLast(), let folder = Self.find(parts.joined(separator: "/"), state.root),
                folder.isFolder
            else { throw Self.cannot("write", path, "there is no such folder") }
            state.time += 1
            folder.modified = state.time
            try body(folder, name, state.time)
        }
    }

    private static func find(_ path: String, _ root: Node) -> Node? {
        path.split(separator: "/").reduce(root) { node, name in node?.names[String(name)] }
    }

    private static func cannot(_ doing: String, _ path: String, _ reason: String) -> ArchiveError {
        ArchiveError(.cannotWrite, "cannot \(doing) \(path): \(reason)")
    }
}

private final class MemoryWriter: FileWriter {
    private let files: MemoryFiles
    private let path: String
    private let isOpen = Mutex(true)

    init(files: MemoryFiles, path: String) {
        self.files = files
        self.path = path
    }

    func write(_ bytes: UnsafeRawBufferPointer) throws(ArchiveError) {
        guard isOpen.withLock({ $0 }) else { throw ArchiveError(.cannotWrite, "cannot write \(path): it is closed") }
        try files.withFile(path) { $0.bytes.append(contentsOf: bytes) }
    }

    func synchronize() throws(ArchiveError) {
        guard isOpen.withLock({ $0 }) else { throw ArchiveError(.cannotWrite, "cannot write \(path): it is closed") }
        try files.withFile(path) { $0.durableBytes = $0.bytes }
    }

    func close() throws(ArchiveError) { isOpen.withLock { $0 = false } }
}

private final class MemoryReader: FileReader {
    private let bytes: [UInt8]

    init(bytes: [UInt8]) { self.bytes = bytes }

    func size() throws(ArchiveError) -> Int { bytes.count }

    func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(ArchiveError) -> Int {
        let count = max(0, min(buffer.count, bytes.count - offset))
        buffer.copyBytes(from: bytes.dropFirst(offset).prefix(count))
        return count
    }
}
