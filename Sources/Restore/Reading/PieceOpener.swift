import Archive
import Records
import RowJSON
import StorageTime
import Vault

/// A piece's archive, open, and which of its members are the piece's rows.
struct OpenPiece: Sendable {
    let piece: RestorePlan.Piece
    let manifest: Manifest
    let reader: ArchiveReader
    let members: Range<Int>
    /// The rows that the manifest states for those members, less those left out.
    let rows: Int
    /// The sum of the hashes of all rows of the members.
    let digest: RowsDigest
    /// The places, among the rows of the members, of those that are left out, as ascending runs.
    var omitted: [Range<Int>] = []
    /// How many of them are left out since the cloud no longer had them, and of how many windows nobody knows which
    /// these are.
    var absentRows = 0
    var untoldWindows = 0
}

extension OpenPiece {
    /// A member's rows, less those left out.
    func chosen(_ ndjson: [UInt8], ofMember index: Int) -> RowBlock {
        RowBlock(ndjson: ndjson).removing(runs: omitted, firstPlace: rows(from: members.lowerBound, to: index))
    }
}

extension OpenPiece {
    /// Where a member's rows stand; of a compacted snapshot, in the part that they belong to.
    ///
    /// - Parameters:
    ///   - root: the vault's folder.
    ///   - rowsBefore: how many of the member's rows come before those that the place is for.
    /// - Complexity: O(*n*) in the members.
    func place(ofMember index: Int, piece number: Int, root: String, rowsBefore: Int = 0) -> MemberPlace {
        let part = manifest.parts.first { $0.members.contains(index) }
        let prefix = PathText.join(root, "")
        let path = reader.path.hasPrefix(prefix) ? String(reader.path.dropFirst(prefix.count)) : reader.path
        return MemberPlace(
            origin: MemberPlace.Origin(
                window: part?.window ?? manifest.window, capturedAt: part?.capturedAt ?? manifest.capturedAt,
                archive: path),
            piece: number, firstRow: rows(from: members.lowerBound, to: index) + rowsBefore,
            firstRowOfWindow: rows(from: part?.members.lowerBound ?? 0, to: index) + rowsBefore)
    }

    private func rows(from first: Int, to index: Int) -> Int {
        reader.facts.members[min(first, index)..<index].reduce(0) { $0 + $1.rows }
    }
}

/// Opens archives by what their manifests say now, which may be more than they said when the restore was planned: a
/// restore holds no lock.
struct PieceOpener: Sendable {
    let files: any Files
    /// Whether rows are left out that the cloud no longer had when their window was last taken.
    var leavesOutAbsent = false

    init(files: any Files, leavesOutAbsent: Bool = false) {
        self.files = files
        self.leavesOutAbsent = leavesOutAbsent
    }

    /// - Returns: nil where the piece has no rows any more.
    /// - Throws: ``RestoreError/Code/damaged``, ``RestoreError/Code/changed``, ``RestoreError/Code/cannotRead``.
    func open(_ piece: RestorePlan.Piece) throws(RestoreError) -> OpenPiece? {
        if let earlier = piece.earlier { return try open(earlier, of: piece) }
        let snapshot = try snapshot(of: piece)
        guard let reader = snapshot.archive else {
            guard piece.rows > 0 else { return nil }
            throw changed(piece, "its rows were pruned")
        }
        let absent = leavesOutAbsent ? snapshot.manifest.absentRows(of: piece.window) : Manifest.AbsentRows()
        return OpenPiece(
            piece: piece, manifest: snapshot.manifest, reader: reader, members: snapshot.members,
            rows: snapshot.rows - absent.runs.places, digest: snapshot.digest, omitted: absent.runs,
            absentRows: absent.runs.places, untoldWindows: absent.untoldWindows)
    }

    /// Opens a superseded archive. Once it is gone, a newer revision holds its rows.
    private func open(
        _ earlier: StoredSnapshot.Earlier, of piece: RestorePlan.Piece
    ) throws(RestoreError) -> OpenPiece? {
        let path = PathText.join(PathText.parent(of: piece.manifestPath), earlier.archive.file)
        var manifest = try snapshot(of: piece).manifest
        manifest.window = piece.window
        manifest.parts = []
        manifest.capturedAt = earlier.capturedAt
        manifest.columns = earlier.columns
        do throws(ArchiveError) {
            let reader = try ArchiveReader(path: path, facts: earlier.archive, files: files)
            return OpenPiece(
                piece: piece, manifest: manifest, reader: reader, members: earlier.archive.members.indices,
                rows: earlier.rows, digest: earlier.digest, omitted: earlier.omitted)
        } catch {
            guard error.code == .archiveMissing else { throw RestoreError(reading: error) }
            throw changed(piece, "a newer revision took over rows of an earlier one")
        }
    }

    private func snapshot(of piece: RestorePlan.Piece) throws(RestoreError) -> OpenSnapshot {
        do throws(SnapshotOpener.Failure) {
            return try SnapshotOpener(files: files).open(piece.window, at: piece.manifestPath)
        } catch {
            switch error {
            case .gone: throw changed(piece, "its manifest is gone")
            case .ofAnotherWindow: throw changed(piece, "its manifest is of another window now")
            case .replaced(let times): throw changed(piece, "it was replaced \(times) times while it was opened")
            case .unreadable(let error): throw RestoreError(reading: error)
            }
        }
    }

    private func changed(_ piece: RestorePlan.Piece, _ what: String) -> RestoreError {
        let name = piece.window.map { "the window \($0)" } ?? "the capture \(piece.manifestPath)"
        return RestoreError(
            .changed, "\(name) changed while it was restored: \(what)", hint: "run the restore again")
    }
}
