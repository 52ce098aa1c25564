import Cron
import Foundation
import TestSupport
import Testing

/// An expression that is wrong, and what is said about it.
struct ErrorRow: Sendable, CustomTestStringConvertible {
    let text: String
    let code: CronError.Code
    let field: CronField?
    let column: Int?
    /// Parts of the hint.
    let hints: [String]

    init(_ text: String, _ code: CronError.Code, _ field: CronField?, _ column: Int?, _ hints: String...) {
        self.text = text
        self.code = code
        self.field = field
        self.column = column
        self.hints = hints
    }

    var testDescription: String { text }
}

private let weekdays = "0-7 (0 and 7 are Sunday), SUN-SAT"

private let errorRows = [
    ErrorRow("", .empty, nil, 1, "minute hour day-of-month"),
    ErrorRow("   ", .empty, nil, 1, "minute hour"),
    ErrorRow("* * * *", .fieldCount, nil, 8, "minute hour"),
    ErrorRow("* * * * * * *", .fieldCount, nil, 13, "year"),
    ErrorRow("0 0 1 1 * 2026 x y", .fieldCount, nil, 16),
    ErrorRow("hourly", .fieldCount, nil, 7, "did you mean @hourly?"),
    ErrorRow("0 0 * * MOM", .unknownName, .dayOfWeek, 9, "did you mean MON?", weekdays),
    ErrorRow("0 0 * * MON-FRY", .unknownName, .dayOfWeek, 13, "did you mean FRI?"),
    ErrorRow("0 0 * * MOM#2", .unknownName, .dayOfWeek, 9, "did you mean MON?"),
    ErrorRow("0 0 * * Monday", .unknownName, .dayOfWeek, 9, "did you mean MON?"),
    ErrorRow("0 0 * * XYZ", .unknownName, .dayOfWeek, 9, weekdays),
    ErrorRow("0 0 1 JAM *", .unknownName, .month, 7, "did you mean JAN?", "1-12 or JAN-DEC"),
    ErrorRow("0 0 1 JAN,Sept *", .unknownName, .month, 11, "did you mean SEP?"),
    ErrorRow("0 0 * MON *", .misplaced, .month, 7, "1-12 or JAN-DEC"),
    ErrorRow("0 0 JAN * *", .misplaced, .dayOfMonth, 5, "1-31"),
    ErrorRow("MON * * * *", .misplaced, .minute, 1, "0-59"),
    ErrorRow("abc * * * *", .unknownName, .minute, 1, "0-59"),
    ErrorRow("60 * * * *", .outOfRange, .minute, 1, "0-59"),
    ErrorRow("0-60 * * * *", .outOfRange, .minute, 3, "0-59"),
    ErrorRow("5,61 * * * *", .outOfRange, .minute, 3, "0-59"),
    ErrorRow("0 24 * * *", .outOfRange, .hour, 3, "0-23"),
    ErrorRow("0 0 0 * *", .outOfRange, .dayOfMonth, 5, "1-31"),
    ErrorRow("0 0 32 * *", .outOfRange, .dayOfMonth, 5, "1-31"),
    ErrorRow("0 0 32W * *", .outOfRange, .dayOfMonth, 5, "1-31"),
    ErrorRow("0 0 1 0 *", .outOfRange, .month, 7, "1-12"),
    ErrorRow("0 0 1 13 *", .outOfRange, .month, 7, "1-12"),
    ErrorRow("0 0 * * 8", .outOfRange, .dayOfWeek, 9, weekdays),
    ErrorRow("0 0 * * 8L", .outOfRange, .dayOfWeek, 9, weekdays),
    ErrorRow("60 0 0 * * *", .outOfRange, .second, 1, "0-59"),
    ErrorRow("99999999999999999999 * * * *", .outOfRange, .minute, 1, "0-59"),
    ErrorRow("0 0 L-31 * *", .outOfRange, .dayOfMonth, 7, "L-30"),
    ErrorRow("0 0 * * MON#6", .outOfRange, .dayOfWeek, 13, "MON#5", "MONL"),
    ErrorRow("0 0 * * MON#0", .outOfRange, .dayOfWeek, 13, "MON#1"),
    ErrorRow("0 0 * * MON#", .syntax, .dayOfWeek, 13, weekdays),
    ErrorRow("0 0 * * MON#-1", .syntax, .dayOfWeek, 13, "a number"),
    ErrorRow("*/0 * * * *", .badStep, .minute, 3, "1-60"),
    ErrorRow("*/90 * * * *", .badStep, .minute, 3, "1-60", "@every 90m"),
    ErrorRow("0 */36 * * *", .badStep, .hour, 5, "1-24", "@every 36h"),
    ErrorRow("0 0 */40 * *", .badStep, .dayOfMonth, 7, "1-31"),
    ErrorRow("1-5/0 * * * *", .badStep, .minute, 5, "1-60"),
    ErrorRow("H(0-9)/11 * * * *", .badStep, .minute, 8, "1-10"),
    ErrorRow("*/ * * * *", .syntax, .minute, 3),
    ErrorRow("*/x * * * *", .syntax, .minute, 3, "a number after '/'"),
    ErrorRow("*/-5 * * * *", .syntax, .minute, 3),
    ErrorRow("/5 * * * *", .syntax, .minute, 1, "0-59"),
    ErrorRow("1- * * * *", .syntax, .minute, 3, "0-59"),
    ErrorRow("-5 * * * *", .syntax, .minute, 1),
    ErrorRow("1-2-3 * * * *", .syntax, .minute, 4),
    ErrorRow("1/2/3 * * * *", .syntax, .minute, 4),
    ErrorRow("1,,2 * * * *", .syntax, .minute, 3),
    ErrorRow(",1 * * * *", .syntax, .minute, 1),
    ErrorRow("1, * * * *", .syntax, .minute, 3),
    ErrorRow("** * * * *", .syntax, .minute, 2),
    ErrorRow("*5 * * * *", .syntax, .minute, 2),
    ErrorRow("*-5 * * * *", .syntax, .minute, 2),
    ErrorRow("1.5 * * * *", .syntax, .minute, 2),
    ErrorRow("0 9\u{2013}17 * * *", .syntax, .hour, 4, "plain -"),
    ErrorRow("\u{0665} * * * *", .syntax, .minute, 1),
    ErrorRow("0 $ * * *", .syntax, .hour, 3, "0-23"),
    ErrorRow("? * * * *", .misplaced, .minute, 1, "write *"),
    ErrorRow("0 0 ?,1 * *", .syntax, .dayOfMonth, 5, "write *"),
    ErrorRow("0 0 ?/2 * *", .syntax, .dayOfMonth, 5, "write *"),
    ErrorRow("0 0 1,? * *", .syntax, .dayOfMonth, 7),
    ErrorRow("L * * * *", .misplaced, .minute, 1, "last day of the month"),
    ErrorRow("0 0 * L *", .misplaced, .month, 7, "last day of the month"),
    ErrorRow("0 0 * * L", .misplaced, .dayOfWeek, 9, "SATL"),
    ErrorRow("0 0 * * L5", .misplaced, .dayOfWeek, 9, "5L"),
    ErrorRow("0 0 5L * *", .misplaced, .dayOfMonth, 6, "5L"),
    ErrorRow("0 0 W * *", .misplaced, .dayOfMonth, 5, "15W"),
    ErrorRow("0 0 * * 5W", .misplaced, .dayOfWeek, 10, "15W"),
    ErrorRow("0 0 1-15W * *", .misplaced, .dayOfMonth, 9, "15W"),
    ErrorRow("0 0 1#2 * *", .misplaced, .dayOfMonth, 6, "MON#2"),
    ErrorRow("0 0 * * MON-5L", .misplaced, .dayOfWeek, 14),
    ErrorRow("0 0 L/2 * *", .syntax, .dayOfMonth, 6),
    ErrorRow("0 0 15W/2 * *", .syntax, .dayOfMonth, 8),
    ErrorRow("0 0 LX * *", .syntax, .dayOfMonth, 6),
    ErrorRow("0 0 * * FRIL-2", .syntax, .dayOfWeek, 13),
    ErrorRow("H( * * * *", .syntax, .minute, 3),
    ErrorRow("H(0 * * * *", .syntax, .minute, 4),
    ErrorRow("H(0-29 * * * *", .syntax, .minute, 7),
    ErrorRow("H(0-75) * * * *", .outOfRange, .minute, 5, "0-59"),
    ErrorRow("H() * * * *", .syntax, .minute, 3),
    ErrorRow("H-5 * * * *", .syntax, .minute, 2),
    ErrorRow("1-H * * * *", .misplaced, .minute, 3, "H(0-29)"),
    ErrorRow("HH * * * *", .unknownName, .minute, 1),
    ErrorRow("@hourley", .unknownShorthand, nil, 1, "did you mean @hourly?", "@every 90m"),
    ErrorRow("@reboot", .unknownShorthand, nil, 1, "known are @yearly"),
    ErrorRow("  @dayly", .unknownShorthand, nil, 3, "did you mean @daily?"),
    ErrorRow("@daily 5", .fieldCount, nil, 8, "0 0 * * *"),
    ErrorRow("@every", .badInterval, nil, 7, "90m"),
    ErrorRow("@every 90", .badInterval, nil, 8, "90m"),
    ErrorRow("@every 1.5h", .badInterval, nil, 8, "90m"),
    ErrorRow("@every -5m", .badInterval, nil, 8, "90m"),
    ErrorRow("@every m", .badInterval, nil, 8, "90m"),
    ErrorRow("@every 500ms", .badInterval, nil, 8),
    ErrorRow("@every 0s", .badInterval, nil, 8, "1s to 36500d"),
    ErrorRow("@every 36501d", .badInterval, nil, 8, "1s to 36500d"),
    ErrorRow("@every 99999999999999999999h", .badInterval, nil, 8, "1s to 36500d"),
    ErrorRow("@every 1h 30m", .badInterval, nil, 11, "1h30m"),
    ErrorRow("CRON_TZ=Europe/Berln 0 9 * * *", .badTimeZone, nil, 9, "did you mean Europe/Berlin?"),
    ErrorRow("TZ=berlin 0 9 * * *", .badTimeZone, nil, 4, "did you mean Europe/Berlin?"),
    ErrorRow("CRON_TZ=europe/berlin 0 9 * * *", .badTimeZone, nil, 9, "did you mean Europe/Berlin?"),
    ErrorRow("CRON_TZ= 0 9 * * *", .badTimeZone, nil, 9, "UTC"),
    ErrorRow("CRON_TZ=Mars/Olympus_Mons 0 9 * * *", .badTimeZone, nil, 9, "Asia/Shanghai"),
    ErrorRow("CRON_TZ=UTC", .empty, nil, 12, "minute hour"),
    ErrorRow("CRON_TZ=UTC 61 * * * *", .outOfRange, .minute, 13, "0-59"),
    ErrorRow("CRON_TZ=UTC TZ=UTC * * * *", .unknownName, .minute, 13),
    ErrorRow("0 0 30 2 *", .neverFires, .dayOfMonth, 5, "February has 28 or 29 days"),
    ErrorRow("0 0 0 30 2 *", .neverFires, .dayOfMonth, 7),
    ErrorRow("0 0 30-31 FEB ?", .neverFires, .dayOfMonth, 5),
    ErrorRow("0 0 31 4,6,9,11 *", .neverFires, .dayOfMonth, 5, "have 30"),
    ErrorRow("0 0 30W 2 *", .neverFires, .dayOfMonth, 5),
    ErrorRow("0 0 L-29 2 *", .neverFires, .dayOfMonth, 5),
    ErrorRow("0 0 L-30 4 *", .neverFires, .dayOfMonth, 5),
    ErrorRow("0 0 */30 * MON#2", .neverFires, .dayOfMonth, 5, "narrows"),
    ErrorRow("CRON_TZ=Asia/Tokyo 0 0 30 2 *", .neverFires, .dayOfMonth, 24),
]

@Test(arguments: errorRows)
func errorsPointAtTheCharacterAndSayWhatIsAllowed(row: ErrorRow) throws {
    let error = try #require(throws: CronError.self) { _ = try CronExpression(row.text, jobName: "job") }
    #expect(error.code == row.code, "\(error)")
    #expect(error.field == row.field, "\(error)")
    #expect(error.column == row.column, "\(error)")
    for hint in row.hints { #expect(error.hint?.contains(hint) == true, "\(error)") }
}

@Test func everyReasonHasARow() {
    #expect(Set(errorRows.map(\.code)) == Set(CronError.Code.allCases))
}

/// Whole texts, as people see them.
@Test(arguments: [
    (
        "0 0 * * MOM",
        "column 9: 'MOM' is no day-of-week; did you mean MON? the day-of-week field takes 0-7 (0 and 7 are Sunday), "
            + "SUN-SAT, 5L or MON#2"
    ),
    ("61 * * * *", "column 1: '61' is out of range in the minute field; the minute field takes 0-59"),
    (
        "*/90 * * * *",
        "column 3: '/90' is no step of the minute field; a step here is 1-60; for a firing every so often whatever the "
            + "hour, write @every 90m"
    ),
    (
        "H(0 * * * *",
        "column 4: the minute field ends where a range as H(0-29) is due; the minute field takes 0-59"
    ),
    ("1, * * * *", "column 3: the minute field ends where a value is due; the minute field takes 0-59"),
    (
        "0 0 30 2 *",
        "column 5: no year has a day that fits day-of-month '30', month '2' and day-of-week '*'; February has 28 or 29 "
            + "days, April, June, September and November have 30; a day field that begins with * narrows the other one"
    ),
    ("TZ=Europe/Berln * * * * *", "column 4: 'Europe/Berln' is not a time zone; did you mean Europe/Berlin?"),
])
func messagesReadAsOneLine(text: String, message: String) throws {
    let error = try #require(throws: CronError.self) { _ = try CronExpression(text) }
    #expect(error.description == message)
}

/// Whatever is thrown at it, the parser answers or throws, and points into the text or one past its end.
@Test(arguments: [UInt64](1...4) + [.random(in: 1_000...(.max))])
func garbageIsRefusedWithinTheText(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let letters = Array("0123456789*/-,?LWH#() \tMONJAFE@every_TZ=é\u{2013}👩‍🚀")
    for _ in 0..<Sampling.quick(300, else: 2000) {
        let text = String((0..<random.number(0...24)).map { _ in letters[random.number(0...letters.count - 1)] })
        do {
            _ = try CronExpression(text)
        } catch {
            #expect(1...text.count + 1 ~= error.column ?? 0, "\(text): \(error)")
        }
    }
}

@Suite struct LongScheduleTests {
    @Test func aScheduleIsAThousandBytesAtMost() throws {
        let minutes = String(repeating: "1,", count: 495) + "1 * * * *"
        #expect(minutes.utf8.count == 999)
        #expect(throws: Never.self) { try CronExpression(minutes) }
        let error = #expect(throws: CronError.self) { try CronExpression("1," + minutes) }
        #expect(error?.code == .syntax)
        #expect(error?.message == "the schedule is longer than 1000 bytes")
    }
}
