import Archive
import Foundation
import Records
import StorageTime

/// What is to be said of a window whose rows are the same in two vaults.
enum JoinedFacts: Sendable, Hashable {
    /// What is said here.
    case ours
    /// What is said there, of the rows that are here.
    case theirs

    /// The stronger of two: rows over rows given up, proof over none, then the later one. What differs by the moment
    /// alone is no reason to write, unless the window may not have been closed at the earlier one.
    static func choose(_ ours: Manifest, _ theirs: Manifest) -> JoinedFacts {
        if ours.state == .pruned || theirs.state == .pruned { return .ours }
        if (ours.state == .unproven) != (theirs.state == .unproven) {
            return ours.state == .unproven ? .theirs : .ours
        }
        guard theirs.capturedAt > ours.capturedAt else { return .ours }
        return isSame(ours, theirs) && !mayBeEarly(ours) ? .ours : .theirs
    }

    private static func isSame(_ ours: Manifest, _ theirs: Manifest) -> Bool {
        ours.state == theirs.state && ours.total == theirs.total && ours.edgeRows == theirs.edgeRows
            && ours.kept == theirs.kept && ours.proof == theirs.proof && ours.convention == theirs.convention
            && ours.isConventionAssumed == theirs.isConventionAssumed
    }

    /// Whether the window may have been open in some zone, or not settled, when it was taken: two days are beyond all
    /// zones.
    private static func mayBeEarly(_ manifest: Manifest) -> Bool {
        guard let end = manifest.window?.to else { return false }
        return manifest.capturedAt.timeIntervalSince1970 + 62_135_596_800 < Double(end.seconds) + 2 * 86_400
    }
}
