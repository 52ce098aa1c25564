import Archive

/// What a vault's folder lacks of a list of manifests, what it has besides, and what it has otherwise. By paths: a day
/// that was compacted since lacks its windows and has its own manifest besides.
///
/// Memory grows with what differs, not with what is compared.
package struct ListComparison: Sendable {
    /// A snapshot of which list and folder say different things.
    package struct Pair: Sendable, Hashable {
        package let listed: ListedManifest
        package let found: ListedManifest
    }

    /// Snapshots that are as the list says.
    package private(set) var same = 0
    /// Among them, snapshots that were counted again since, their rows being the same.
    package private(set) var recounted = 0
    package private(set) var missing: [ListedManifest] = []
    package private(set) var extra: [ListedManifest] = []
    package private(set) var differing: [Pair] = []
    /// What the folder has under a listed path, and does not read: not missing, and told as damage.
    package private(set) var damaged = 0

    package var isEqual: Bool { missing.isEmpty && extra.isEmpty && differing.isEmpty && damaged == 0 }

    /// Compares the two from end to end.
    ///
    /// - Throws: ``VaultError``; `CancellationError`.
    package init(list: any ManifestList, folder: any ManifestList) throws {
        var (list, folder) = (list, folder)
        var listed = try list.next()
        var found = try folder.next()
        while listed != nil || found != nil {
            try Task.checkCancellation()
            switch (listed, found) {
            case (let left?, let right?) where left.path == right.path:
                compare(left, right)
                listed = try list.next()
                found = try folder.next()
            case (let left?, let right) where right.map({ PathOrder.isAscending(left.path, $0.path) }) ?? true:
                if case .sound(let manifest) = left { missing.append(manifest) }
                listed = try list.next()
            case (_, let right?):
                if case .sound(let manifest) = right { extra.append(manifest) }
                found = try folder.next()
            default: return
            }
        }
    }

    private mutating func compare(_ listed: ManifestEntry, _ found: ManifestEntry) {
        guard case .sound(let listed) = listed, case .sound(let found) = found else {
            damaged += 1
            return
        }
        guard listed.sha256 != found.sha256 else { return same += 1 }
        if listed.holdsTheSame(as: found) {
            same += 1
            recounted += 1
        } else {
            differing.append(Pair(listed: listed, found: found))
        }
    }
}
