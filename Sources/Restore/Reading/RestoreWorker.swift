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
    let filter: RowFilter?
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
        stage = tools.filter.map { RowStage($0, isSurveying: tools.isSurveying) }
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
        case .portion(let portion): try restore(portion, job.piece)
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
        guard open.omitted.isEmpty else { return try restoreChosen(ofMember: index, of: open, number) }
        try naming(index, of: open) {
            var rowsBefore = 0
            try open.reader.forEachPortion(ofMember: index, decoder) { rows in
                rowsBefore += try encode(rows, member: index, of: open, number, rowsBefore: rowsBefore)
            }
        }
        let member = open.reader.facts.members[index]
        count(rows: member.rows, bytes: member.uncompressedBytes)
        tally.bytesIn += member.bytes
    }

    /// Of a piece that leaves rows out, a member is read whole: the places of those rows count from its first.
    private func restoreChosen(ofMember index: Int, of open: OpenPiece, _ number: Int) throws {
        let member = open.reader.facts.members[index]
        var rows = 0
        try naming(index, of: open) {
            let chosen = try open.reader.withMember(index, decoder) { open.chosen($0, ofMember: index) }
            rows = chosen.count
            guard rows > 0 else { return }
            _ = try chosen.bytes.withUnsafeBytes {
                try encode($0, member: index, of: open, number, rowsBefore: 0)
            }
        }
        count(rows: rows, bytes: member.uncompressedBytes)
        tally.bytesIn += member.bytes
    }

    private func restore(_ portion: RestoreJob.Portion, _ number: Int) throws {
        let (open, index) = (portion.open, portion.member)
        try naming(index, of: open) {
            try portion.ndjson.withUnsafeBytes { rows in
                _ = try encode(rows, member: index, of: open, number, rowsBefore: portion.rowsBefore)
            }
        }
        count(rows: portion.rows, bytes: portion.ndjson.count)
        if portion.rowsBefore == 0 { tally.bytesIn += open.reader.facts.members[index].bytes }
    }

    private func count(rows: Int, bytes: Int) {
        tally.rowsRead += rows
        if stage == nil { tally.rowsOut += rows }
        tally.uncompressedBytes += bytes
    }

    /// - Parameter rowsBefore: how many of the member's rows come before these.
    /// - Returns: how many rows these are; 0 where places do not matter.
    private func encode(
        _ rows: UnsafeRawBufferPointer, member index: Int, of open: OpenPiece, _ number: Int, rowsBefore: Int
    ) throws -> Int {
        guard stage != nil || scratch.window != nil else {
            try tools.encoder.encode(rows, scratch, to: output)
            return 0
        }
        let place = open.place(ofMember: index, piece: number, root: tools.root, rowsBefore: rowsBefore)
        scratch.window?.move(to: place, tools.encoder)
        guard let stage else {
            try tools.encoder.encode(rows, scratch, to: output)
            return 0
        }
        try stage.run(rows, at: place, tools.encoder, scratch, to: output)
        var count = 0
        if rows.count < open.reader.facts.members[index].uncompressedBytes {
            RowLines.forEach(in: rows) { _ in count += 1 }
        }
        return count
    }

    private func naming(_ index: Int, of open: OpenPiece, _ body: () throws -> Void) throws {
        do {
            try body()
        } catch let error as UnknownKey {
            throw Self.unknown(error, open)
        } catch {
            throw RestoreError.reading(error, member: index, of: open)
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
