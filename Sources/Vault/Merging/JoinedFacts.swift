import Archive
import Records

/// What is to be said of a window whose rows are the same in two vaults.
enum JoinedFacts: Sendable, Hashable {
    /// What is said here.
    case ours
    /// What is said there, of the rows that are here.
    case theirs

    /// The stronger of two: rows over rows given up, proof over none, then the later one, though its moment alone were
    /// another: what is older than it must not be taken for news when it comes.
    static func choose(_ ours: Manifest, _ theirs: Manifest) -> JoinedFacts {
        if ours.state == .pruned || theirs.state == .pruned { return .ours }
        if (ours.state == .unproven) != (theirs.state == .unproven) {
            return ours.state == .unproven ? .theirs : .ours
        }
        return theirs.capturedAt > ours.capturedAt ? .theirs : .ours
    }
}
