import Spelling

/// What a mistyped word of an expression probably means.
enum Suggestion {
    /// The name of a month or a day that was probably meant: long forms as `Monday` and `Sept`, slips as `MOM`.
    static func names(like word: String, in field: CronField) -> [String] {
        let upper = word.uppercased()
        if let whole = field.names.first(where: { upper.hasPrefix($0) }) { return [whole] }
        let near = NearestName.all(near: word, among: field.names, within: 1)
        return near.isEmpty ? NearestName.all(near: String(word.prefix(3)), among: field.names, within: 1) : near
    }

    /// `did you mean MON or SUN?`, or nil without a suggestion.
    static func question(_ words: [String]) -> String? {
        words.isEmpty ? nil : "did you mean \(words.prefix(3).joined(separator: " or "))?"
    }
}
