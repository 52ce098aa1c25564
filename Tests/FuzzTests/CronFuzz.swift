import Cron
import Foundation

/// Schedules: one that is taken fires in order, on whole seconds, and soon told; a refusal points into the text.
enum CronFuzz: FuzzTarget {
    static let name = "cron"

    static let corpus = [
        "7 * * * *", "*/10 * * * * *", "0 0 1,15 JAN-MAR,DEC MON#2", "H(0-29)/5 2 * * MON-FRI", "0 12 L-3 * ?",
        "0 12 15W * ?", "0 0 LW FEB,JUN 5L", "@hourly", "@every 90m", "CRON_TZ=Europe/Berlin 30 2 * * *",
        "TZ=Australia/Lord_Howe 0/15 22-2 * * FRI-MON", "59 23 29 2 *", "0 3 * * SUN#5",
    ].map { Array($0.utf8) }

    static let words = [
        "*", "?", "L", "W", "LW", "H", "#", "/", "-", ",", "@yearly", "@every", "1h30m", "CRON_TZ=", "America/New_York",
        "UTC", "MON", "SUN", "JAN", "DEC", "Monday", "FEB", "30", "31", "59", "60", "H(", ")", "99999999999999999999",
    ]

    static func check(_ input: [UInt8]) throws -> Bool {
        let text = String(decoding: input, as: UTF8.self)
        let expression: CronExpression
        do throws(CronError) {
            expression = try CronExpression(text, jobName: "weather")
        } catch {
            guard (1...text.count + 1).contains(error.column ?? 1) else { throw Finding("column \(error.column ?? 0)") }
            return false
        }
        guard try CronExpression(text, jobName: "weather") == expression else { throw Finding("read again, another") }
        // Before the range, inside it, before a change of clocks, near the end.
        for start in [-1e12, 0, 1_700_000_000.5, 1_774_746_000, 7_258_000_000, 1e12] {
            var last = Date(timeIntervalSince1970: start)
            for _ in 0..<3 {
                guard let next = expression.next(after: last) else { break }
                let seconds = next.timeIntervalSince1970
                guard next > last, seconds == seconds.rounded(), (0..<7_289_654_400).contains(seconds) else {
                    throw Finding("after \(last.timeIntervalSince1970) comes \(seconds)")
                }
                last = next
            }
        }
        return true
    }
}
