/// What somebody who wrote something unknown may have meant.
enum Suggestion {
    /// `did you mean 'x'? ` for the known word nearest to `word`; empty where none is near.
    static func nearest(to word: String, in known: [String]) -> String {
        let near = known.map { (word: $0, distance: distance(Array(word.utf8), Array($0.utf8))) }
        // The first of equals, so that the same mistake always gets the same answer.
        guard let best = near.min(by: { $0.distance < $1.distance }), best.distance <= max(2, best.word.utf8.count / 3)
        else { return "" }
        return "did you mean '\(best.word)'? "
    }

    /// How many bytes must be put in, taken out or changed to get from one to the other (Levenshtein).
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        // A word of any length must not cost time; none so long is near.
        guard left.count <= 64 else { return .max }
        var row = Array(0...right.count)
        for (index, byte) in left.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for column in right.indices {
                let change = diagonal + (byte == right[column] ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(change, diagonal + 1, row[column] + 1)
            }
        }
        return row[right.count]
    }
}
