import Catalog
import Foundation
import StorageTime
import Testing

@Suite struct ClosingTableTests {
    @Test(arguments: [
        nil, "UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo", "Asia/Kolkata",
    ])
    func theTableAnswersAsTheClockDoes(zone: String?) throws {
        let clock = try StorageClock(zoneNamed: zone)
        let settle = Seconds(900)
        let first = Date(timeIntervalSince1970: 1_420_070_400)
        let table = ClosingTable(
            clock: clock, settle: settle, instants: first...first.addingTimeInterval(5 * 366 * 86_400))
        var random = SeededGenerator(seed: 7)
        var instants = (0..<300).map { _ in Int.random(in: 1_420_070_400..<1_577_836_800, using: &random) }
        var change = first
        while let next = clock.timeZone?.nextDaylightSavingTimeTransition(after: change), instants.count < 900 {
            guard next.timeIntervalSince1970 < 1_577_000_000 else { break }
            for offset in [-172_801, -172_800, -172_799, -3601, -3600, -1, 0, 1, 3599, 3600, 3601] {
                instants.append(Int(next.timeIntervalSince1970) + offset + settle.count)
            }
            change = next
        }
        for instant in instants where instant >= 1_420_070_400 {
            let now = Date(timeIntervalSince1970: Double(instant))
            let edge = clock.closedUntil(now: now, settle: settle)
            let closed = try Window(from: edge.advanced(by: -10), to: edge)
            let open = try Window(from: edge.advanced(by: -10), to: edge.advanced(by: 1))
            #expect(
                table.isClosed(closed, at: now) && !table.isClosed(open, at: now), "\(zone ?? "none") at \(instant)")
        }
    }
}
