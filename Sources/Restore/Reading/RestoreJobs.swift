import Archive

/// A worker's next portion of work.
struct RestoreJob: Sendable {
    enum Work: Sendable {
        /// Small pieces, whole.
        case pieces([RestorePlan.Piece])
        /// One member of a large piece.
        case member(Int, OpenPiece)
        /// Rows of one member that is larger still, as NDJSON, and how many of the member's rows come before them.
        case portion(Portion)
    }

    struct Portion: Sendable {
        let member: Int
        let open: OpenPiece
        let ndjson: [UInt8]
        let rows: Int
        let rowsBefore: Int
    }

    let work: Work
    /// The first piece's number in the plan.
    let piece: Int
    /// About how many bytes of rows it will hold at once.
    let bytes: Int
    /// The number of the output that the rows go to.
    let share: Int
    /// The places of the rows that are written, where a survey told; nil for all.
    var kept: [UInt64]?
}

/// Cuts a plan into jobs: neighbouring small pieces together, large ones by their members. No job has rows of two
/// outputs, and where a survey told which rows are written, none is without any.
struct RestoreJobs {
    private static let portion = 1 << 20

    private let pieces: [RestorePlan.Piece]
    private let shares: [RestorePlan.Share]
    private let opener: PieceOpener
    private let kept: KeptRows?
    private var next = 0
    private var share = 0
    private var open: (piece: OpenPiece, rest: Range<Int>, row: Int)?
    /// The member of ``open`` that is read in portions, and how many of its rows were.
    private var stream: (reader: MemberStream, member: Int, rows: Int)?
    /// Whether rows go out before all of a member was read, so that it must be found sound beforehand.
    private let isWriting: Bool
    /// The large pieces opened here.
    private(set) var tally = RestoreTally()

    /// - Parameter isSurvey: whether this is the first of two passes.
    init(_ plan: RestorePlan, _ opener: PieceOpener, kept: KeptRows? = nil, isSurvey: Bool = false) {
        isWriting = kept == nil && !isSurvey
        pieces = plan.pieces
        shares = plan.shares
        self.opener = opener
        self.kept = kept
    }

    /// The next job in the order of the output, or nil when there are no more.
    mutating func nextJob() throws -> RestoreJob? {
        while let job = try nextPart() {
            guard let kept else { return job }
            var chosen = job
            chosen.kept = try kept.take(below: end(of: job))
            if chosen.kept?.isEmpty == false { return chosen }
        }
        return nil
    }

    private mutating func nextPart() throws -> RestoreJob? {
        while true {
            if let job = try nextMember() { return job }
            guard next < pieces.count else { return nil }
            while shares[share].pieces.upperBound <= next { share += 1 }
            guard pieces[next].uncompressedBytes > Self.portion else { return nextPortion() }
            if try kept?.hasMore(below: RowPlace.of(row: 0, piece: next + 1)) ?? true { try openNext() }
            next += 1
        }
    }

    private mutating func openNext() throws(RestoreError) {
        guard let piece = try opener.open(pieces[next]) else { return }
        guard kept?.isUnchanged(piece, piece: next) ?? true else { throw RestoreError.changedBetween(piece) }
        tally.add(piece, number: next)
        open = (piece, piece.members, 0)
    }

    private mutating func nextMember() throws -> RestoreJob? {
        if let job = try nextOfStream() { return job }
        guard let (piece, rest, row) = open, let member = rest.first else { return nil }
        let facts = piece.reader.facts.members[member]
        if facts.uncompressedBytes > MemberStream.threshold, piece.omitted.isEmpty {
            if isWriting { try check(member, of: piece) }
            open = (piece, rest.dropFirst(), row)
            stream = (try MemberStream(piece.reader, member: member), member, 0)
            return try nextOfStream()
        }
        open = (piece, rest.dropFirst(), row + facts.rows)
        return RestoreJob(
            work: .member(member, piece), piece: next - 1, bytes: facts.uncompressedBytes, share: share)
    }

    private mutating func nextOfStream() throws -> RestoreJob? {
        guard let (reader, member, before) = stream, let (piece, rest, row) = open else { return nil }
        guard let (ndjson, rows) = try Self.next(of: reader) else {
            stream = nil
            return nil
        }
        stream = (reader, member, before + rows)
        open = (piece, rest, row + rows)
        let portion = RestoreJob.Portion(
            member: member, open: piece, ndjson: ndjson, rows: rows, rowsBefore: before)
        return RestoreJob(work: .portion(portion), piece: next - 1, bytes: ndjson.count, share: share)
    }

    /// Reads a member through, so that no row of a damaged one goes out.
    private func check(_ member: Int, of piece: OpenPiece) throws {
        let stream = try MemberStream(piece.reader, member: member)
        while try Self.next(of: stream) != nil { try Task.checkCancellation() }
    }

    private static func next(of stream: MemberStream) throws(RestoreError) -> (ndjson: [UInt8], rows: Int)? {
        do throws(ArchiveError) { return try stream.next() } catch { throw RestoreError(reading: error) }
    }

    private mutating func nextPortion() -> RestoreJob {
        var bytes = 0
        let first = next
        let end = shares[share].pieces.upperBound
        while next < end, bytes + pieces[next].uncompressedBytes <= Self.portion || next == first {
            bytes += pieces[next].uncompressedBytes
            next += 1
        }
        return RestoreJob(work: .pieces(Array(pieces[first..<next])), piece: first, bytes: bytes, share: share)
    }

    /// The place behind a job's last row.
    private func end(of job: RestoreJob) -> UInt64 {
        switch job.work {
        case .pieces(let pieces): RowPlace.of(row: 0, piece: job.piece + pieces.count)
        case .member, .portion: RowPlace.of(row: open?.row ?? 0, piece: job.piece)
        }
    }
}
