import Archive
import Foundation
import RowJSON
import StorageTime

/// The columns that tell of which window and archive a row comes.
package enum WindowColumns {
    /// The window's edges, in storage time; null for a capture.
    static let edges = ["_window_from", "_window_to"]
    /// Also when the rows were fetched, in UTC, and the archive's path below the vault's folder.
    package static let names = edges + ["_captured_at", "_archive"]
}

/// The values of those columns for the rows at hand.
final class WindowCells {
    /// One a column of ``WindowColumns/names``, as JSON text.
    private(set) var values: [[UInt8]] = WindowColumns.names.map { _ in [] }
    /// All of them as the encoder writes them behind a row's own columns.
    private(set) var appendix: [UInt8] = []
    /// How many bytes the values have.
    private(set) var room = 0
    private var place: MemberPlace?

    /// Makes the values those of another member.
    func move(to place: MemberPlace, _ encoder: any RowEncoder) {
        guard self.place?.origin != place.origin else { return }
        self.place = place
        let texts: [String?] = [
            place.origin.window?.from.description, place.origin.window?.to.description,
            UTCTime.text(place.origin.capturedAt), place.origin.archive,
        ]
        values = texts.map { text in
            var bytes: [UInt8] = []
            if let text { JSONText.appendQuoted(text, to: &bytes) } else { bytes = Array("null".utf8) }
            return bytes
        }
        room = values.reduce(0) { $0 + $1.count }
        appendix = encoder.appendix(values)
    }
}

/// Where a member's rows stand in the restore and in the vault.
struct MemberPlace {
    /// What all rows of a window have in common.
    struct Origin: Equatable {
        /// nil for a capture.
        let window: Window?
        let capturedAt: Date
        /// Below the vault's folder.
        let archive: String
    }

    let origin: Origin
    /// The piece's number in the plan, and the place in it of the member's first row.
    let piece: Int
    let firstRow: Int
    /// The place in its window of the member's first row.
    let firstRowOfWindow: Int
}
