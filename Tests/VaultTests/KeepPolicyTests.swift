import Foundation
import Records
import StorageTime
import Testing

@testable import Vault

@Suite struct KeepPolicyTests {
    /// Captures of every six hours from 2026-01-01T00:00:00Z, which is a Thursday.
    private static let captures = (0..<400).map {
        Date(timeIntervalSince1970: 1_767_225_600 + Double($0) * 6 * 3600)
    }

    private static func kept(_ sets: KeepRules..., of captures: [Date] = captures) -> [Int] {
        let keeps = KeepPolicy(sets).keeps(captures)
        return keeps.indices.filter { keeps[$0] }
    }

    @Test func theNewestOfEachPeriodStays() {
        #expect(Self.kept(.init(last: 3)) == [397, 398, 399])
        // The last capture is of 18:00, on the hundredth day.
        #expect(Self.kept(.init(daily: 3)) == [391, 395, 399])
        #expect(Self.kept(.init(hourly: 2)) == [398, 399])
        // Sundays end at 18:00: the fifth of April is one.
        #expect(Self.kept(.init(weekly: 2)) == [379, 399])
        #expect(Self.kept(.init(monthly: 9)) == [123, 235, 359, 399])
        #expect(Self.kept(.init(yearly: 5)) == [399])
    }

    @Test func agesCountFromTheNewest() {
        #expect(Self.kept(.init(within: Seconds(86_400))) == [396, 397, 398, 399])
        #expect(Self.kept(.init(within: Seconds(1))) == [399])
    }

    @Test func whatAnyRuleOfAnySetAsksForStays() {
        #expect(Self.kept(.init(last: 2, yearly: 1), .init(daily: 2)) == [395, 398, 399])
        #expect(Self.kept(.init(last: 2), .init()).count == 400, "a job without rules keeps all")
        #expect(Self.kept().count == 400)
        #expect(Self.kept(.init(last: 9), of: [Self.captures[0]]) == [0])
        #expect(Self.kept(.init(last: 9), of: []) == [])
    }

    @Test func windowsGoByAgeAlone() {
        #expect(KeepPolicy([.init(within: Seconds(5), last: 1)]).within == Seconds(5))
        #expect(KeepPolicy([.init(within: Seconds(5)), .init(within: Seconds(9))]).within == Seconds(9))
        #expect(KeepPolicy([.init(within: Seconds(5)), .init(last: 1)]).within == nil)
        #expect(KeepPolicy([]).within == nil)
    }
}
