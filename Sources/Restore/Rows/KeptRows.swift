import Archive

/// The places of the rows that a survey kept, in the order of the output.
final class KeptRows {
    private let places: SortedRecords
    private var next: UInt64?
    private var hasBegun = false
    /// What the survey saw of each piece.
    let digests: [RowsDigest?]
    /// How many rows are repetitions of a row that is kept.
    let duplicates: Int
    /// How many rows a sample of so many left out.
    let notDrawn: Int

    init(_ places: SortedRecords, _ digests: [RowsDigest?], duplicates: Int, notDrawn: Int) {
        self.places = places
        self.digests = digests
        self.duplicates = duplicates
        self.notDrawn = notDrawn
    }

    /// The next places below a bound, which are not given again.
    func take(below bound: UInt64) throws(RestoreError) -> [UInt64] {
        var taken: [UInt64] = []
        while let place = try peek(), place < bound {
            taken.append(place)
            next = try places.next()?.place
        }
        return taken
    }

    func hasMore(below bound: UInt64) throws(RestoreError) -> Bool {
        try peek().map { $0 < bound } ?? false
    }

    /// Whether a piece's rows are those that the survey saw.
    func isUnchanged(_ open: OpenPiece, piece: Int) -> Bool {
        digests[piece] == open.digest
    }

    private func peek() throws(RestoreError) -> UInt64? {
        if !hasBegun {
            hasBegun = true
            next = try places.next()?.place
        }
        return next
    }
}
