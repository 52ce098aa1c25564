import RowJSON
import Synchronization

/// An archive being written, under a partial name that no reader looks at, until ``Publisher`` gives it its final one.
///
/// The file is made with the first member, and the folders that it needs with it. Members are appended in the order of
/// the calls; calls from several threads take turns.
package final class ArchiveDraft: Sendable {
    package let address: SnapshotAddress
    package let revision: Int
    let layout: ArchiveLayout
    let files: any Files
    private let state = Mutex(State())

    private struct State: Sendable {
        enum Phase { case open, failed, finished, discarded }
        var phase = Phase.open
        var writer: (any FileWriter)?
        var hash = SHA256()
        var offset = 0
        var uncompressedBytes = 0
        var rows = 0
        var members: [ArchiveMember] = []
        var digest = RowsDigest()
        var columns = ColumnCollector()
        var facts: ArchiveFacts?
        /// Why it could not be finished.
        var failure: ArchiveError?
    }

    /// - Parameter revision: the archive's number, from ``SnapshotFolder/nextRevision(of:)`` under the task's lock.
    package init(at address: SnapshotAddress, revision: Int, layout: ArchiveLayout, files: any Files = DiskFiles()) {
        self.address = address
        self.revision = revision
        self.layout = layout
        self.files = files
    }

    /// A draft that is finished: its file lies under ``partialPath`` already, whole and on the device.
    ///
    /// - Parameters:
    ///   - facts: what the file is, its name that of `revision`.
    ///   - digest: of the file's rows.
    ///   - columns: of the file's rows.
    package convenience init(
        holding facts: ArchiveFacts, digest: RowsDigest, columns: [String], at address: SnapshotAddress, revision: Int,
        layout: ArchiveLayout, files: any Files = DiskFiles()
    ) {
        self.init(at: address, revision: revision, layout: layout, files: files)
        state.withLock { state in
            state.phase = .finished
            state.facts = facts
            state.offset = facts.bytes
            state.uncompressedBytes = facts.uncompressedBytes
            state.rows = facts.rows
            state.members = facts.members
            state.digest = digest
            state.columns.add(columns)
        }
    }

    /// The rows appended so far.
    package var rows: Int { state.withLock { $0.rows } }
    /// The digest of the rows appended so far.
    package var digest: RowsDigest { state.withLock { $0.digest } }
    /// The keys of the rows appended so far, in first-seen order.
    package var columns: [String] { state.withLock { $0.columns.names } }

    /// The archive's final path.
    package var path: String { layout.path(address.archivePath(revision: revision)) }
    /// The path it has while it is written.
    package var partialPath: String {
        PathText.join(
            layout.path(address.folder), SnapshotFileName.partial(address.name.archiveName(revision: revision)))
    }

    /// Appends a member behind those before it. One without rows changes nothing.
    ///
    /// - Throws: ``ArchiveError/Code/cannotWrite``; the draft can only be discarded then.
    package func append(_ member: EncodedMember) throws(ArchiveError) {
        guard member.rows > 0 else { return }
        guard member.uncompressedBytes <= ArchiveMember.maximumUncompressedBytes else {
            throw ArchiveError(.memberTooLarge, "a member for \(path) has \(member.uncompressedBytes) bytes of rows")
        }
        try withState { state throws(ArchiveError) in
            guard state.phase == .open else { throw misuse("appended to") }
            state.phase = .failed
            let writer = if let open = state.writer { open } else { try start(&state) }
            try writer.write(all: member.bytes)
            state.hash.update(member.bytes)
            state.members.append(
                ArchiveMember(
                    offset: state.offset, bytes: member.bytes.count, uncompressedBytes: member.uncompressedBytes,
                    rows: member.rows))
            state.offset += member.bytes.count
            state.uncompressedBytes += member.uncompressedBytes
            state.rows += member.rows
            state.digest.add(member.digest)
            state.columns.add(member.columns)
            state.phase = .open
        }
    }

    /// Brings all that was appended to the device and closes the file. Calling again gives the same facts, or the same
    /// error.
    ///
    /// - Returns: what the manifest says of the archive; nil where no row was appended and no file made.
    /// - Throws: ``ArchiveError/Code/cannotWrite``; the draft can only be discarded then.
    @discardableResult
    package func finish() throws(ArchiveError) -> ArchiveFacts? {
        try withState { state throws(ArchiveError) in
            if state.phase == .finished { return state.facts }
            guard state.phase == .open else { throw state.failure ?? misuse("finished") }
            state.phase = .failed
            do throws(ArchiveError) {
                try finish(&state)
            } catch {
                state.failure = error
                throw error
            }
            state.phase = .finished
            return state.facts
        }
    }

    private func finish(_ state: inout State) throws(ArchiveError) {
        guard let writer = state.writer else { return }
        try writer.synchronize()
        try writer.close()
        state.writer = nil
        state.facts = ArchiveFacts(
            file: address.name.archiveName(revision: revision), bytes: state.offset,
            sha256: state.hash.finalized().hex, uncompressedBytes: state.uncompressedBytes,
            members: state.members)
    }

    /// Gives the draft up and removes its file, as far as that can be done; what is left, a sweep removes. A draft that
    /// was published is not touched: its file has another name by then.
    package func discard() {
        state.withLock { state in
            guard state.phase != .discarded else { return }
            let isOnDisk = state.writer != nil || state.facts != nil || state.phase == .failed
            state.phase = .discarded
            try? state.writer?.close()
            state.writer = nil
            if isOnDisk { try? files.remove(partialPath) }
        }
    }

    private func start(_ state: inout State) throws(ArchiveError) -> any FileWriter {
        try files.makeFolders(layout.path(address.folder))
        let writer = try files.create(partialPath)
        state.writer = writer
        return writer
    }

    private func misuse(_ doing: String) -> ArchiveError {
        ArchiveError(.inconsistent, "the draft of \(path) was \(doing) after it was finished, discarded or failed")
    }

    private func withState<Result: Sendable>(
        _ body: (inout State) throws(ArchiveError) -> Result
    ) throws(ArchiveError) -> Result {
        try state.withLock { (state) throws(ArchiveError) -> Result in try body(&state) }
    }
}
