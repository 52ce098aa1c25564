/// Finds what was probably meant.
enum NearestName {
    /// The candidate nearest to `name`, or nil where none is near: at most a third of the letters wrong, and two at
    /// least allowed.
    ///
    /// - Complexity: O(*n* · *m*) a candidate; names of more than 64 letters have no neighbour.
    static func of(_ name: String, among candidates: some Sequence<String>) -> String? {
        let wanted = Array(name.lowercased().unicodeScalars)
        guard (1...64).contains(wanted.count) else { return nil }
        let allowed = min(wanted.count - 1, max(2, wanted.count / 3))
        var best: (name: String, distance: Int)?
        for candidate in candidates {
            let letters = Array(candidate.lowercased().unicodeScalars)
            guard abs(letters.count - wanted.count) <= allowed else { continue }
            let distance = distance(wanted, letters)
            if distance <= allowed, distance < best?.distance ?? .max { best = (candidate, distance) }
        }
        return best?.name ?? beginning(with: name, among: candidates)
    }

    /// The only candidate that begins with `name`, of three letters at least.
    private static func beginning(with name: String, among candidates: some Sequence<String>) -> String? {
        let longer = candidates.filter { name.count >= 3 && $0.lowercased().hasPrefix(name.lowercased()) }
        return longer.count == 1 ? longer[0] : nil
    }

    /// Letters inserted, removed, replaced or swapped with their neighbour to turn one word into the other.
    static func distance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for row in 0..<left.count {
            var current = [row + 1]
            for column in 0..<right.count {
                let replaced = last[column] + (left[row] == right[column] ? 0 : 1)
                var cost = min(replaced, last[column + 1] + 1, current[column] + 1)
                let isSwap =
                    row > 0 && column > 0 && left[row] == right[column - 1] && left[row - 1] == right[column]
                if isSwap { cost = min(cost, beforeLast[column - 1] + 1) }
                current.append(cost)
            }
            (beforeLast, last) = (last, current)
        }
        return last[right.count]
    }
}
