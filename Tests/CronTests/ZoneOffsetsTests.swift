import Foundation
import Testing

@testable import Cron

/// The nearest changes there are: a week apart in Recife, in Gaza's years to come around Ramadan, twelve days in
/// Tucuman.
@Test(arguments: [
    ("America/Recife", "2000-09-20"), ("Asia/Gaza", "2040-10-01"), ("Asia/Gaza", "2072-10-01"),
    ("America/Argentina/Tucuman", "2004-05-15"), ("Africa/Casablanca", "2026-02-01"), ("Pacific/Apia", "2011-12-15"),
    ("Europe/Berlin", "2199-10-15"), ("Africa/Monrovia", "1971-12-20"), ("UTC", "2026-03-15"),
])
func noChangeOfOffsetIsMissed(name: String, around: String) throws {
    let zone = try #require(TimeZone(identifier: name))
    let offsets = ZoneOffsets.of(zone)
    let start = try Int(Date("\(around)T00:00:00Z", strategy: .iso8601).timeIntervalSince1970)
    var index = offsets.index(at: start)
    for instant in stride(from: start, to: start + 50 * 86_400, by: 900) {
        if offsets.index(at: instant) != index {
            index += 1
            let span = offsets[index]
            #expect(offsets.index(at: instant) == index)
            #expect(span.start == offsets[index - 1].end && span.offset != offsets[index - 1].offset)
            #expect(span.wallReached == span.start + offsets[index - 1].offset)
            #expect(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(span.start - 1))) != span.offset)
        }
        #expect(
            offsets[index].offset == zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(instant))),
            "\(instant)")
    }
}
