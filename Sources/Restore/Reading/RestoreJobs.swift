import Archive

/// A worker's next portion of work.
struct RestoreJob: Sendable {
    enum Work: Sendable {
        /// Small pieces, whole.
        case pieces([RestorePlan.Piece])
        /// One member of a large piece.
        case member(Int, OpenPiece)
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

/// Cuts a plan into jobs: neighbouring small pieces together, large ones by their members. No job has rows of two outputs,
/// and where a survey told which rows are written, none is without any.
struct RestoreJobs {
    private static let portion = 1 << 20

    private let pieces: [RestorePlan.Piece]
    private let shares: [RestorePlan.Share]
    private let opener: PieceOpener
    private let kept: KeptRows?
    private var next = 0
    private var share = 0
    private var open: (piece: OpenPiece, rest: Range<Int>, row: Int)?
    /// The large pieces opened here.
    private(set) var tally = RestoreTally()

    init(_ plan: RestorePlan, _ opener: PieceOpener, kept: KeptRows? = nil) {
        pieces = plan.pieces
        shares = plan.shares
        self.opener = opener
        self.kept = kept
    }

    /// The next job in the order of the output, or nil when there are no more.
    mutating func nextJob() throws(RestoreError) -> RestoreJob? {
        while let job = try nextPart() {
            guard let kept else { return job }
            var chosen = job
            chosen.kept = try kept.take(below: end(of: job))
            if chosen.kept?.isEmpty == false { return chosen }
        }
        return nil
    }

    private mutating func nextPart() throws(RestoreError) -> RestoreJob? {
        while true {
            if let job = nextMember() { return job }
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

    private mutating func nextMember() -> RestoreJob? {
        guard let (piece, rest, row) = open, let member = rest.first else { return nil }
        let facts = piece.reader.facts.members[member]
        open = (piece, rest.dropFirst(), row + facts.rows)
        return RestoreJob(
            work: .member(member, piece), piece: next - 1, bytes: facts.uncompressedBytes, share: share)
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
        case .member: RowPlace.of(row: open?.row ?? 0, piece: job.piece)
        }
    }
}
