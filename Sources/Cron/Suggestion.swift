/// The nearest known words to a mistyped one.
enum Suggestion {
    /// How many letters have to be added, dropped, changed or swapped with a neighbour to get from one to the other.
    ///
    /// - Complexity: O(*nm*).
    static func distance(_ left: [Character], _ right: [Character]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for i in left.indices {
            var row = [i + 1]
            for j in right.indices {
                var best = min(last[j] + (left[i] == right[j] ? 0 : 1), last[j + 1] + 1, row[j] + 1)
                if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
                    best = min(best, beforeLast[j - 1] + 1)
                }
                row.append(best)
            }
            beforeLast = last
            last = row
        }
        return last[right.count]
    }

    /// Those of `candidates` that are nearest to `word`, whatever their case, at most `limit` away; in their order.
    static func nearest(to word: String, among candidates: [String], within limit: Int) -> [String] {
        let letters = Array(word.lowercased())
        let distances = candidates.map { distance(letters, Array($0.lowercased())) }
        guard let least = distances.min(), least <= limit else { return [] }
        return zip(candidates, distances).filter { $0.1 == least }.map(\.0)
    }

    /// The name of a month or a day that was probably meant: long forms as `Monday` and `Sept`, slips as `MOM`.
    static func names(like word: String, in field: CronField) -> [String] {
        let upper = word.uppercased()
        if let whole = field.names.first(where: { upper.hasPrefix($0) }) { return [whole] }
        let near = nearest(to: word, among: field.names, within: 1)
        return near.isEmpty ? nearest(to: String(word.prefix(3)), among: field.names, within: 1) : near
    }

    /// `did you mean MON or SUN?`, or nil without a suggestion.
    static func question(_ words: [String]) -> String? {
        words.isEmpty ? nil : "did you mean \(words.prefix(3).joined(separator: " or "))?"
    }
}
