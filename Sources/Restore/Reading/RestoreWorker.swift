import Archive
import RowJSON

/// What every worker of a restore is made with.
struct WorkerTools: Sendable {
    let opener: PieceOpener
    let encoder: any RowEncoder
    /// How many keys rows may have.
    let columns: Int
    /// Whether the window's columns are written.
    let addsWindow: Bool
    var gzip: Bool
    /// nil where every row is written.
    let sieve: RowSieve?
    /// Whether this is the first of two passes.
    var isSurveying = false
    /// What a survey saw of each piece; empty without one.
    var digests: [RowsDigest?] = []
    /// The vault's folder.
    let root: String
}

/// Decompresses members and encodes their rows. It keeps zlib's state and all buffers, so that a restore of any length
/// allocates them once a worker.
///
/// Unchecked, for the pipeline hands a worker from task to task and never to two at once.
final class RestoreWorker: @unchecked Sendable {
    private let tools: WorkerTools
    private let decoder: MemberDecoder
    private let scratch: EncodingScratch
    private let stage: RowStage?
    private let compressor: MemberCompressor?
    /// What was encoded since the last ``reset()``, as it is before compression.
    let output = OutputBuffer()
    /// What was read and written since the last ``reset()``.
    private(set) var tally = RestoreTally()

    init(_ tools: WorkerTools) throws {
        self.tools = tools
        decoder = try MemberDecoder()
        scratch = EncodingScratch(columns: tools.columns)
        if tools.addsWindow { scratch.window = WindowCells() }
        stage = tools.sieve.map { RowStage($0, isSurveying: tools.isSurveying) }
        compressor = tools.gzip ? try MemberCompressor() : nil
    }

    /// What was encoded, as it goes out. Compressed, it is a gzip member without what separates it from the row before.
    var bytes: UnsafeRawBufferPointer { compressor?.bytes ?? output.bytes }

    func reset() {
        output.clear()
        tally = RestoreTally()
        scratch.repairs = TextRepairs()
    }

    /// - Parameter limit: how many rows are written at most.
    func run(_ job: RestoreJob, limit: Int = .max) throws {
        stage?.begin(job, limit: limit)
        switch job.work {
        case .pieces(let pieces):
            for (offset, piece) in pieces.enumerated() { try restore(piece, job.piece + offset) }
        case .member(let index, let open): try restore(member: index, of: open, job.piece)
        }
        guard stage?.isExhausted ?? true else { throw RestoreError.changedBetween(nil) }
        tally.repairs = scratch.repairs
        if let stage { tally.add(stage.tally) }
        try compressor?.compress(output, without: tally.rowsOut > 0 ? tools.encoder.separatorBytes : 0)
    }

    private func restore(_ piece: RestorePlan.Piece, _ number: Int) throws {
        guard stage?.wants(piece: number) ?? true, let open = try tools.opener.open(piece) else { return }
        guard tools.digests.isEmpty || tools.digests[number] == open.digest else {
            throw RestoreError.changedBetween(open)
        }
        tally.add(open, number: number)
        for member in open.members where stage?.isFull != true { try restore(member: member, of: open, number) }
    }

    private func restore(member index: Int, of open: OpenPiece, _ number: Int) throws {
        var omitted = 0
        do {
            let isPlaced = stage != nil || scratch.window != nil
            let place = isPlaced ? open.place(ofMember: index, piece: number, root: tools.root) : nil
            if let place { scratch.window?.move(to: place, tools.encoder) }
            try open.reader.withMember(index, decoder) { content in
                guard !open.omitted.isEmpty else { return try encode(content, at: place) }
                let chosen = open.chosen(content, ofMember: index)
                omitted = open.reader.facts.members[index].rows - chosen.count
                if !chosen.isEmpty { try encode(chosen.bytes, at: place) }
            }
        } catch let error as UnknownKey {
            throw Self.unknown(error, open)
        } catch {
            throw RestoreError.reading(error, member: index, of: open)
        }
        let member = open.reader.facts.members[index]
        tally.rowsRead += member.rows - omitted
        if stage == nil { tally.rowsOut += member.rows - omitted }
        tally.bytesIn += member.bytes
        tally.uncompressedBytes += member.uncompressedBytes
    }

    private func encode(_ ndjson: [UInt8], at place: MemberPlace?) throws {
        try ndjson.withUnsafeBytes { rows in
            guard let stage, let place else { return try tools.encoder.encode(rows, scratch, to: output) }
            try stage.run(rows, at: place, tools.encoder, scratch, to: output)
        }
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
