import Archive
import Foundation
import Records
import StorageTime
import TestSupport
import Testing
import Vault

@Suite struct VaultStatusTests {
    @Test func anEmptyVaultHasNothingToTell() async throws {
        let fixture = try Fixture()
        #expect(try fixture.status().isEmpty)
        #expect(try fixture.vault.storedTasks().isEmpty)
        let report = try await fixture.vault.verify()
        #expect(report.snapshots == 0 && report.rows == 0 && report.bytes == 0)
        #expect(report.damaged.isEmpty)
    }

    @Test func everyFigureIsThatOfTheManifests() async throws {
        let fixture = try Fixture()
        let locked = try await fixture.vault.lock(TaskID(weather), wait: .no)
        let bytes = try [
            locked.publish(window(0, 1), rows: 4),
            locked.publish(window(1, 2), rows: 5, kept: 2),
            locked.publish(window(2, 3), rows: 0, state: .empty),
            locked.publish(window(3, 4), rows: 0, state: .empty),
            locked.publish(window(6, 7), rows: 0, state: .unproven),
            locked.publish(window(7, 8), rows: 8, state: .pruned),
            locked.publish(window(9, 10), rows: 1, capturedAt: end(ofHour: 9).addingTimeInterval(-1)),
        ].reduce(0) { $0 + ($1.archive?.bytes ?? 0) }
        try locked.capture(.all, rows: 6)
        let all = try fixture.status()
        #expect(all.map(\.source) == [.all, .storageTime])
        let status = try #require(all.last)
        #expect(status.task == weather)
        #expect(status.name == "Weather")
        #expect(status.host == "h")
        #expect(status.rows == 10)
        #expect(status.bytes == bytes)
        #expect(status.snapshots == 7)
        #expect(status.kept == 2)
        #expect(status.from == (try window(0, 1).from))
        #expect(status.to == (try window(7, 8).to))
        #expect(status.gaps == [try window(4, 6)])
        #expect(status.premature == [try window(9, 10)])
        #expect(status.empty == [try window(2, 4)])
        #expect(status.unproven == [try window(6, 7)])
        #expect(status.pruned == [try window(7, 8)])
        #expect(status.openFrom == (try StorageInstant(parsing: "2026-11-23 09:45:00")))
        #expect(status.newestCapture == testNow)
        let capture = try #require(all.first)
        #expect(capture.rows == 6 && capture.snapshots == 1)
        #expect(capture.from == nil && capture.to == nil && capture.openFrom == nil && capture.gaps.isEmpty)
    }

    @Test func onlyTheTasksAskedForAreToldOf() async throws {
        let fixture = try Fixture()
        for task in ["a", "b", "c"] { try await fixture.seal([0], task: task) }
        let clock = StorageClock(timeZone: .gmt)
        let some = try fixture.vault.status(
            tasks: [TaskID("c"), TaskID("a"), TaskID("none")], clock: clock, settle: Seconds(0), now: testNow)
        #expect(some.map(\.task) == ["a", "c"])
    }
}
