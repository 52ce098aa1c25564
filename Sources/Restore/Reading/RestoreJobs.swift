internal import Archive

/// A worker's next portion of work.
struct RestoreJob: Sendable {
    enum Work: Sendable {
        /// Small pieces, whole.
        case pieces([RestorePlan.Piece])
        /// One member of a large piece.
        case member(Int, OpenPiece)
    }

    let work: Work
    /// About how many bytes of rows it will hold at once.
    let bytes: Int
}

/// Cuts a plan into jobs: neighbouring small pieces together, large ones by their members.
struct RestoreJobs {
    private static let portion = 1 << 20

    private let pieces: [RestorePlan.Piece]
    private let opener: PieceOpener
    private var next = 0
    private var open: (piece: OpenPiece, rest: Range<Int>)?
    /// The large pieces opened here.
    private(set) var tally = RestoreTally()

    init(_ pieces: [RestorePlan.Piece], _ opener: PieceOpener) {
        self.pieces = pieces
        self.opener = opener
    }

    /// The next job in the order of the output, or nil when there are no more.
    mutating func nextJob() throws(RestoreError) -> RestoreJob? {
        while true {
            if let job = nextMember() { return job }
            guard next < pieces.count else { return nil }
            guard pieces[next].uncompressedBytes > Self.portion else { return nextPortion() }
            if let piece = try opener.open(pieces[next]) {
                tally.add(piece)
                open = (piece, piece.members)
            }
            next += 1
        }
    }

    private mutating func nextMember() -> RestoreJob? {
        guard let (piece, rest) = open, let member = rest.first else { return nil }
        open = (piece, rest.dropFirst())
        return RestoreJob(
            work: .member(member, piece), bytes: piece.reader.facts.members[member].uncompressedBytes)
    }

    private mutating func nextPortion() -> RestoreJob {
        var bytes = 0
        let first = next
        while next < pieces.count, bytes + pieces[next].uncompressedBytes <= Self.portion || next == first {
            bytes += pieces[next].uncompressedBytes
            next += 1
        }
        return RestoreJob(work: .pieces(Array(pieces[first..<next])), bytes: bytes)
    }
}
