import Foundation
import Testing

@testable import OctoparseAPI

struct HTTPDateTests {
    private let now = Date(timeIntervalSince1970: 1_795_000_000)

    /// The three forms of RFC 9110, and the moment that its examples mean.
    @Test(arguments: [
        "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
    ])
    func allThreeFormsAreRead(text: String) {
        #expect(HTTPDate.parse(text, now: now) == Date(timeIntervalSince1970: 784_111_777))
    }

    @Test func aTwoDigitYearIsAtMostFiftyYearsAhead() {
        #expect(HTTPDate.parse("Sunday, 06-Nov-70 08:49:37 GMT", now: now).map { $0 > now } == true)
        #expect(HTTPDate.parse("Sunday, 06-Nov-80 08:49:37 GMT", now: now).map { $0 < now } == true)
    }

    @Test(arguments: [
        "", "yesterday", "Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:49:37 GMT",
        "Sun, 06 Nov 1994 08:49:37 CET", "Sun, 06 Foo 1994 08:49:37 GMT", "Sun, 06 Nov -994 08:49:37 GMT",
        "Sun, 06 Nov 99999999999999999999 08:49:37 GMT", "Sun, 06 Nov 1994 08:49 GMT",
    ])
    func everythingElseIsNoDate(text: String) {
        #expect(HTTPDate.parse(text, now: now) == nil)
    }

    @Test(arguments: [
        ("0", 0), ("7", 7), (" 120 ", 120), ("99999999999999999999999", 31_536_000),
        ("Sun, 06 Nov 1994 08:50:07 GMT", 30), ("Sun, 06 Nov 1994 08:49:00 GMT", 0),
    ])
    func retryAfterIsReadInBothForms(text: String, seconds: Int) {
        let serverDate = Date(timeIntervalSince1970: 784_111_777)
        #expect(RetryAfter.parse(text, serverDate: serverDate, now: now) == .seconds(seconds))
    }

    @Test func aRetryDateIsMeasuredByTheServersClockWhereItIsKnown() {
        let text = "Sun, 06 Nov 1994 08:50:07 GMT"
        let wrong = Date(timeIntervalSince1970: 784_111_777 - 3600)
        #expect(
            RetryAfter.parse(text, serverDate: Date(timeIntervalSince1970: 784_111_777), now: wrong) == .seconds(30))
        #expect(RetryAfter.parse(text, serverDate: nil, now: wrong) == .seconds(3630))
    }

    @Test(arguments: ["", "-5", "1.5", "soon", "1e3"])
    func otherRetryAftersAreIgnored(text: String) {
        #expect(RetryAfter.parse(text, serverDate: nil, now: now) == nil)
    }
}
