internal import Archive
internal import RowJSON

/// Decompresses members and encodes their rows. It keeps zlib's state and all buffers, so that a restore of any length
/// allocates them once a worker.
///
/// Unchecked, for the pipeline hands a worker from task to task and never to two at once.
final class RestoreWorker: @unchecked Sendable {
    private let opener: PieceOpener
    private let encoder: any RowEncoder
    private let decoder: MemberDecoder
    private let scratch: EncodingScratch
    /// What was encoded since the last ``reset()``.
    let output = OutputBuffer()
    /// What was read and written since the last ``reset()``.
    private(set) var tally = RestoreTally()

    init(opener: PieceOpener, encoder: any RowEncoder, columns: Int) throws {
        self.opener = opener
        self.encoder = encoder
        decoder = try MemberDecoder()
        scratch = EncodingScratch(columns: columns)
    }

    func reset() {
        output.clear()
        tally = RestoreTally()
        scratch.loneSurrogates = 0
        scratch.nuls = 0
    }

    func run(_ job: RestoreJob) throws {
        switch job.work {
        case .pieces(let pieces): for piece in pieces { try restore(piece) }
        case .member(let index, let open): try restore(member: index, of: open)
        }
        tally.loneSurrogates = scratch.loneSurrogates
        tally.nuls = scratch.nuls
    }

    private func restore(_ piece: RestorePlan.Piece) throws {
        guard let open = try opener.open(piece) else { return }
        tally.add(open)
        for member in open.members { try restore(member: member, of: open) }
    }

    private func restore(member index: Int, of open: OpenPiece) throws {
        do {
            try open.reader.withMember(index, decoder) { content in
                try content.withUnsafeBytes { try encoder.encode($0, scratch, to: output) }
            }
        } catch let error as ArchiveError {
            throw RestoreError(reading: error)
        } catch let error as RowJSONError {
            throw RestoreError(
                .damaged, "a row in member \(index) of \(open.reader.path) is no sound JSON object: \(error.message)",
                hint: RestoreError.damageHint, cause: error)
        } catch let error as UnknownKey {
            throw Self.unknown(error, open)
        }
        let member = open.reader.facts.members[index]
        tally.rowsOut += member.rows
        tally.bytesIn += member.bytes
        tally.uncompressedBytes += member.uncompressedBytes
    }

    /// A key that the plan does not know: the manifest is newer than the plan, or wrong about its rows.
    private static func unknown(_ error: UnknownKey, _ open: OpenPiece) -> RestoreError {
        if open.manifest.columns.contains(where: { $0.utf8.elementsEqual(error.name.utf8) }) {
            return RestoreError(
                .changed, "\(open.reader.path) got the new column '\(error.name)' while it was restored",
                hint: "run the restore again")
        }
        return RestoreError(
            .damaged, "a row of \(open.reader.path) has the key '\(error.name)', which its manifest does not list",
            hint: RestoreError.damageHint, cause: error)
    }
}

/// What was read and written.
struct RestoreTally {
    var snapshots = 0
    var rowsIn = 0
    var rowsOut = 0
    var bytesIn = 0
    var uncompressedBytes = 0
    var loneSurrogates = 0
    var nuls = 0

    mutating func add(_ open: OpenPiece) {
        snapshots += 1
        rowsIn += open.rows
    }
}
