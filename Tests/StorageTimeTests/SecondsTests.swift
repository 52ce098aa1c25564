import StorageTime
import Testing

@Suite struct SecondsTests {
    @Test(arguments: [
        ("0s", 0, "0s"), ("90s", 90, "90s"), ("15m", 900, "15m"), ("1h", 3600, "1h"), ("2d", 172_800, "2d"),
        ("1w", 604_800, "1w"), ("1h30m", 5400, "90m"), ("7d", 604_800, "1w"), ("24h", 86_400, "1d"),
        ("1w1d1h1m1s", 694_861, "694861s"), ("008m", 480, "8m"),
    ])
    func durationsAreReadAndWritten(text: String, count: Int, shortest: String) throws {
        let seconds = try Seconds(parsing: text)
        #expect(seconds.count == count)
        #expect(seconds.description == shortest)
        #expect(try Seconds(parsing: shortest) == seconds)
    }

    @Test(arguments: [
        "", "1", "h", "1 h", "-1h", "+1h", "1.5h", "1H", "1y", "1hh", "1h30", "9999999999999999999s", "99999999999w",
        "99999999w99999999w", "１h", "1m ",
    ])
    func textThatIsNoDurationIsRefusedAndNamed(text: String) {
        let error = #expect(throws: StorageTimeError.self) { try Seconds(parsing: text) }
        #expect(error?.code == .badDuration)
        #expect(error?.message.contains("'\(text)'") == true)
    }

    @Test func durationsCompareByLength() throws {
        #expect(try Seconds(parsing: "90s") < Seconds(parsing: "2m"))
    }
}
