import Archive
package import Foundation
import Records
import StorageTime

/// Which capture of a source without windows to restore.
package enum CaptureChoice: Sendable, Hashable {
    /// The last one; all of them where the source is `unexported` or `increments`.
    case newest
    /// The capture taken at that second in UTC; of several, the one of that sequence number or, without one, the last.
    case at(Date, sequence: Int?)

    /// Reads `2026-11-23T10:15:00Z` or `20261123T101500Z`, either with `-` and a sequence number behind; nil otherwise.
    package init?(_ text: String) {
        if let date = UTCTime.parse(text) ?? UTCTime.parse(compact: text) {
            self = .at(date, sequence: nil)
            return
        }
        guard let dash = text.lastIndex(of: "-"), let sequence = Int(text[text.index(after: dash)...]), sequence > 0,
            let date = UTCTime.parse(String(text[..<dash])) ?? UTCTime.parse(compact: String(text[..<dash]))
        else { return nil }
        self = .at(date, sequence: sequence)
    }

    /// The snapshots chosen among captures, oldest first; none where none fits.
    ///
    /// A capture holds all that its source held at the time, so one is enough; but captures of unexported rows and
    /// increments follow each other, and unless one is named they are all wanted.
    func choose(from captures: [StoredSnapshot], of source: RowSource) -> [StoredSnapshot] {
        let candidates = captures.filter { snapshot in
            guard case .at(let date, let sequence) = self else { return true }
            return snapshot.capturedAt == date && (sequence == nil || sequence == snapshot.sequence)
        }.sorted { ($0.capturedAt, $0.sequence) < ($1.capturedAt, $1.sequence) }
        return source.isInParts && self == .newest ? candidates : candidates.suffix(1)
    }
}

extension StoredSnapshot {
    /// A capture's sequence number, from its manifest's name; 0 where it has none.
    var sequence: Int {
        guard case .manifest(.capture(_, let sequence)) = SnapshotFileName(PathText.name(of: manifestPath)) else {
            return 0
        }
        return sequence
    }
}
