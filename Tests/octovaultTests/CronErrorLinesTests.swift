import Cron
import Testing

@testable import octovault

@Suite struct CronErrorLinesTests {
    @Test func aCaretStandsUnderTheCharacterConcerned() throws {
        #expect(throws: CronError.self) { try CronExpression("7 * * * MOM") }
        do throws(CronError) { _ = try CronExpression("7\t* * * MOM") } catch {
            let lines = error.lines(under: "7\t* * * MOM")
            #expect(lines[1] == "  7\\u{9}* * * MOM")
            #expect(lines[2] == "              ^")
        }
    }
}
