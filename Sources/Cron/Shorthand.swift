import Spelling

/// Words with `@` in front.
enum Shorthand {
    /// What each stands for, in fields; `@every` takes a duration and is none of them.
    private static let fields = [
        ("@yearly", "0 0 1 1 *"), ("@annually", "0 0 1 1 *"), ("@monthly", "0 0 1 * *"), ("@weekly", "0 0 * * 0"),
        ("@daily", "0 0 * * *"), ("@midnight", "0 0 * * *"), ("@hourly", "0 * * * *"),
    ]
    private static let every = "@every"
    /// A hundred years of 365 days. More would overrun the years that schedules cover.
    private static let longest = 100 * 365 * 86_400
    private static let units: [Character: Int] = ["w": 604_800, "d": 86_400, "h": 3600, "m": 60, "s": 1]

    /// Reads the words of an expression that begins with `@`, each with its column.
    static func schedule(words: [(text: String, column: Int)]) throws(CronError) -> CronExpression.Schedule {
        guard let word = words.first else { throw CronError(.empty, "the schedule is empty", column: 1) }
        let name = word.text.lowercased()
        if name == every { return .every(seconds: try interval(words)) }
        guard let meaning = fields.first(where: { $0.0 == name }) else {
            let known = "known are " + (fields.map(\.0) + ["@every 90m"]).joined(separator: ", ")
            let hint = Suggestion.question(names(like: word.text)).map { "\($0) \(known)" } ?? known
            throw CronError(.unknownShorthand, "'\(word.text)' is not known", hint: hint, column: word.column)
        }
        if words.count > 1 {
            throw CronError(
                .fieldCount, "nothing may follow '\(word.text)'", hint: "\(name) stands for \(meaning.1)",
                column: words[1].column)
        }
        return try ExpressionParser(meaning.1, jobName: "").schedule()
    }

    /// The shorthand that a word was probably meant to be.
    static func names(like word: String) -> [String] {
        let known = fields.map(\.0) + [every]
        let marked = word.hasPrefix("@") ? word : "@" + word
        return NearestName.all(near: marked, among: known, within: 2)
    }

    private static func interval(_ words: [(text: String, column: Int)]) throws(CronError) -> Int {
        let hint = "write whole weeks, days, hours, minutes or seconds, as 90m or 1h30m"
        guard words.count > 1 else {
            let end = words[0].column + words[0].text.count
            throw CronError(.badInterval, "@every lacks its duration", hint: hint, column: end)
        }
        let (text, column) = words[1]
        if words.count > 2 {
            throw CronError(.badInterval, "@every takes one duration", hint: hint, column: words[2].column)
        }
        guard let seconds = seconds(of: text) else {
            throw CronError(.badInterval, "'\(text)' is not a duration", hint: hint, column: column)
        }
        guard 1...longest ~= seconds else {
            throw CronError(
                .badInterval, "@every '\(text)' is out of range", hint: "allowed are 1s to 36500d", column: column)
        }
        return seconds
    }

    /// The seconds of `1h30m`; nil for what is no duration, more than the longest for what is longer.
    private static func seconds(of text: String) -> Int? {
        var total = 0
        var digits = ""
        for character in text {
            if character.isASCII, character.isNumber {
                digits.append(character)
                continue
            }
            guard let unit = units[character], !digits.isEmpty else { return nil }
            // A number too long for an Int is certainly too long a time.
            total = min(total + min(Int(digits) ?? longest, longest) * unit, longest + 1)
            digits = ""
        }
        return digits.isEmpty && !text.isEmpty ? total : nil
    }
}
