import Archive
import Records
import StorageTime
import TestSupport
import Testing

@testable import Vault

/// What goes through a task's months goes through those that it has.
@Suite struct MonthsTests {
    @Test func centuriesWithoutWindowsCostNothing() async throws {
        let fixture = try Fixture()
        let locked = try await fixture.vault.lock(TaskID(weather), wait: .no)
        defer { locked.release() }
        let days = try ["0001-02-03", "1850-06-01", "1850-06-02", "2013-01-31"].map { try StorageInstant(parsing: $0) }
        for day in days { try locked.publish(Window(from: day, to: day.advanced(by: 3600))) }
        let end = try StorageInstant(parsing: "2026-01-01")
        let months = try locked.months(of: .storageTime, until: end)
        #expect(months.count == 3)
        #expect(months == months.sorted())
        for day in days { #expect(months.count { $0.contains(day) } == 1, "\(day)") }
        #expect(months.allSatisfy { $0.to <= end })
        #expect(try locked.months(of: .storageTime, until: days[1]).count == 1, "what begins there is left out")
    }
}
