import Archive
import Foundation
import StorageTime

/// A window whose rows were read, before its closing count: what is known of it, and its draft on disk.
struct TakenWindow: Sendable {
    let window: Window
    /// When its first answer was asked for, by the earlier of our clock and the server's.
    var capturedAt: Date
    /// Rows stored in the window.
    var rows = 0
    /// Rows stored exactly at its end.
    var edgeRows = 0
    /// Whether any edge, outer or inner, held rows: then the server counts both edges in.
    var sawEdgeRows = false
    /// Whether its end was not asked for, since the next window's answer has no row in common with its own.
    var isEndCompared = false
    var isPaged = false
    var isAssumed = false
    /// Whether an earlier snapshot of the window was damaged, and not all of its rows are proven to have come back.
    var isDoubtful = false
    var repaired = 0
    var requests = 0
    var attempts = 1
    var result = Result.empty

    /// What is to be published once the window is closed.
    enum Result: Sendable {
        /// The server holds no row there, and no archive did.
        case empty
        /// A new archive, whose last rows are those that are kept. Whether it is suspected that the cloud writes the
        /// same rows in another form now.
        case archive(ArchiveDraft, kept: Int, isRewritten: Bool)
        /// The archive that is there already holds all of it, and rows that the answer lacks: the runs of their places.
        case unchanged(kept: Int, absent: [Range<Int>])
    }

    /// What the closing count must be: the window's rows and, where the server counts both edges in, its end's.
    var expectedTotal: Int { rows + edgeRows }

    mutating func add(_ piece: WindowReader.Piece, isLast: Bool) {
        rows += piece.rows
        repaired += piece.repaired
        isPaged = isPaged || piece.isPaged
        isAssumed = isAssumed || piece.isAssumed
        sawEdgeRows = sawEdgeRows || piece.edgeRows > 0
        if isLast { (edgeRows, isEndCompared) = (piece.edgeRows, piece.isEndCompared) }
    }

    /// The archive written for it, where there is one.
    var draft: ArchiveDraft? {
        if case .archive(let draft, _, _) = result { draft } else { nil }
    }
}
