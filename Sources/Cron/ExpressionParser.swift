import Foundation
import Spelling

/// Reads an expression word by word: a zone, then a shorthand or the fields.
struct ExpressionParser {
    private let characters: [Character]
    private let jobName: String
    /// What is still to be read, between white space.
    private var words: ArraySlice<Range<Int>>

    init(_ text: String, jobName: String) {
        characters = Array(text)
        self.jobName = jobName
        var words: [Range<Int>] = []
        var start: Int?
        for index in characters.indices {
            if !characters[index].isWhitespace {
                start = start ?? index
            } else if let first = start {
                words.append(first..<index)
                start = nil
            }
        }
        if let start { words.append(start..<characters.count) }
        self.words = words[...]
    }

    /// The zone in front, if there is one.
    mutating func zone() throws(CronError) -> TimeZone? {
        guard let word = words.first else {
            throw CronError(.empty, "the schedule is empty", hint: Self.layout, column: 1)
        }
        let text = string(word)
        guard let prefix = ["CRON_TZ=", "TZ="].first(where: { text.hasPrefix($0) }) else { return nil }
        words.removeFirst()
        let name = String(text.dropFirst(prefix.count))
        let column = word.lowerBound + prefix.count + 1
        guard let zone = TimeZone(identifier: name) else {
            throw CronError(.badTimeZone, "'\(name)' is not a time zone", hint: Self.zoneHint(name), column: column)
        }
        guard !words.isEmpty else {
            throw CronError(.empty, "no schedule follows the time zone", hint: Self.layout, column: word.upperBound + 1)
        }
        return zone
    }

    /// What follows the zone.
    func schedule() throws(CronError) -> CronExpression.Schedule {
        guard let first = words.first else {
            throw CronError(.empty, "the schedule is empty", hint: Self.layout, column: 1)
        }
        if characters[first.lowerBound] == "@" {
            return try Shorthand.schedule(words: words.map { (string($0), $0.lowerBound + 1) })
        }
        var fields = CronField.allCases
        if words.count == 5 { fields.removeFirst() }
        guard words.count == fields.count else { throw fieldCountError() }
        var values: [CronField: FieldValues] = [.second: .only(0)]
        for (field, word) in zip(fields, words) {
            var parser = FieldParser(field: field, characters: characters, range: word, jobName: jobName)
            values[field] = try parser.parse()
        }
        let wall = WallSchedule { values[$0, default: .only(0)] }
        if !wall.canFire { throw neverFiresError(fieldsFrom: fields.count - 3) }
        return .wall(wall)
    }

    private func string(_ word: Range<Int>) -> String { String(characters[word]) }

    private static let layout = "write minute hour day-of-month month day-of-week, with second in front if need be"

    private static func zoneHint(_ name: String) -> String {
        let known = TimeZone.knownTimeZoneIdentifiers
        let city = known.filter { $0.lowercased().hasSuffix("/" + name.lowercased()) }
        let near = NearestName.all(near: name, among: known, within: 2)
        let form = "write a name as UTC, Europe/Berlin or Asia/Shanghai"
        return Suggestion.question(near.isEmpty ? city : near) ?? form
    }

    private func fieldCountError() -> CronError {
        let count = words.count
        var hint = Self.layout
        if count == 1, let word = words.first {
            hint = Suggestion.question(Shorthand.names(like: string(word))) ?? hint
        } else if count == 7 {
            hint = "there is no year field: leave it out"
        }
        let surplus = words.dropFirst(6).first?.lowerBound ?? words.last?.upperBound ?? 0
        return CronError(
            .fieldCount, "a schedule has five fields, or six with seconds in front, not \(count)", hint: hint,
            column: surplus + 1)
    }

    /// - Parameter position: how many words stand in front of the day of the month.
    private func neverFiresError(fieldsFrom position: Int) -> CronError {
        let words = Array(words)
        let (day, month, weekday) = (words[position], words[position + 1], words[position + 2])
        return CronError(
            .neverFires,
            "no year has a day that fits day-of-month '\(string(day))', month '\(string(month))' and day-of-week "
                + "'\(string(weekday))'",
            hint: "February has 28 or 29 days, April, June, September and November have 30; a day field that begins "
                + "with * narrows the other one",
            field: .dayOfMonth, column: day.lowerBound + 1)
    }
}
