/// Finds what somebody who wrote an unknown name probably meant.
package enum NearestName {
    private static let mostLetters = 64

    /// The candidate nearest to `name`, or nil where none is near: at most a third of the letters wrong, and two at
    /// least allowed.
    ///
    /// - Complexity: O(*n* · *m*) a candidate; names of more than 64 letters have no neighbour.
    package static func of(_ name: String, among candidates: some Sequence<String>) -> String? {
        let wanted = Array(name.lowercased().unicodeScalars)
        guard (1...mostLetters).contains(wanted.count) else { return nil }
        let allowed = min(wanted.count - 1, max(2, wanted.count / 3))
        var best: (name: String, distance: Int)?
        for candidate in candidates {
            let letters = Array(candidate.lowercased().unicodeScalars)
            guard abs(letters.count - wanted.count) <= allowed else { continue }
            let distance = EditDistance.between(wanted, letters)
            if distance <= allowed, distance < best?.distance ?? .max { best = (candidate, distance) }
        }
        return best?.name ?? beginning(with: name, among: candidates)
    }

    /// The only candidate that begins with `name`, of three letters at least.
    private static func beginning(with name: String, among candidates: some Sequence<String>) -> String? {
        let longer = candidates.filter { name.count >= 3 && $0.lowercased().hasPrefix(name.lowercased()) }
        return longer.count == 1 ? longer[0] : nil
    }

    /// Those of `candidates` that are nearest to `name`, whatever their case, at most `limit` letters away; in their
    /// order.
    ///
    /// - Complexity: O(*n* · *m*) a candidate; names of more than 64 letters have no neighbour.
    package static func all(near name: String, among candidates: [String], within limit: Int) -> [String] {
        let wanted = Array(name.lowercased())
        guard wanted.count <= mostLetters else { return [] }
        let distances = candidates.map { EditDistance.between(wanted, Array($0.lowercased())) }
        guard let least = distances.min(), least <= limit else { return [] }
        return zip(candidates, distances).filter { $0.1 == least }.map(\.0)
    }
}
