import Archive
import Foundation
import Records
import StorageTime
import Synchronization
import TestSupport
import Testing
import Vault

@testable import Snapshots

/// Increments that were damaged: what still reads of them stays, and what the cloud has comes back.
@Suite struct IncrementHealingTests {
    enum Course: CaseIterable { case healed, jobFirst, twice, cutShort }

    @Test(arguments: Sampling.quick(1, of: Course.allCases)) func whatStillReadsStaysAndTheCloudGivesTheRest(
        course: Course
    ) async throws {
        let fixture = try IncrementFixture(CursorServer(numbered(0..<30)))
        _ = try await fixture.run()
        fixture.server.change { state in for row in numbered(30..<35) { state.store(row) } }
        _ = try await fixture.run()
        try fixture.damageFirstMember()
        // The second answer's rows are gone at the cloud: they are in the damaged archive alone.
        fixture.server.change { state in
            state.rows.removeSubrange(7..<14)
            state.store(#"{"n":"35"}"#)
        }
        let plan = HealPlan(try await fixture.vault.verify())
        #expect(plan.steps.map(\.action) == [.quarantined])
        _ = try await fixture.vault.heal(plan)
        let task = try TaskID("t")
        #expect(try plan.tasksMissingIncrements(in: fixture.vault) == [task])
        #expect(try await fixture.vault.verify().damaged.map(\.code) == [.quarantined], "it waits for the account")
        switch course {
        case .jobFirst: break
        case .healed, .cutShort: #expect(try await fixture.vault.rescueIncrements(of: task).count == 1)
        case .twice:
            #expect(try await fixture.vault.rescueIncrements(of: task).count == 1)
            #expect(try await fixture.vault.rescueIncrements(of: task).isEmpty)
        }
        if course != .jobFirst {
            let rows = try fixture.rows()
            #expect(numbered(7..<35).allSatisfy { rows[$0] == 1 }, "without asking the server")
        }
        if course == .cutShort {
            let asked = Mutex(0)
            let outcome = try await fixture.run(mayGoOn: {
                asked.withLock { asked in
                    asked += 1
                    return asked == 1
                }
            })
            #expect(outcome.result == .stopped)
        }
        let outcome = try await fixture.run(walksAgainAfter: Seconds(0))
        #expect(outcome.error == nil && outcome.kept == 7)
        #expect(try fixture.rows() == counted(numbered(0..<36)))
        try fixture.expectWhole()
        #expect(try await fixture.vault.verify().damaged.isEmpty)
        let requests = fixture.server.requests
        _ = try await fixture.run()
        #expect(fixture.server.requests == requests + 1, "no walk is owed any more")
    }

    @Test func aTaskWhoseOnlyIncrementIsGoneIsReadAgain() async throws {
        let fixture = try IncrementFixture(CursorServer(numbered(0..<5)))
        _ = try await fixture.run()
        try fixture.damageFirstMember()
        let plan = HealPlan(try await fixture.vault.verify())
        _ = try await fixture.vault.heal(plan)
        let hints = try await fixture.vault.verify().damaged.map(\.hint)
        #expect(hints.count == 1 && hints.allSatisfy { $0.contains("--source increments") && !$0.contains("backfill") })
        #expect(try await fixture.vault.rescueIncrements(of: TaskID("t")).isEmpty)
        _ = try await fixture.run(walksAgainAfter: Seconds(0))
        #expect(try fixture.rows() == counted(numbered(0..<5)))
        try fixture.expectWhole()
        #expect(try await fixture.vault.verify().damaged.isEmpty)
    }
}

extension IncrementFixture {
    /// Spoils the first gzip member of the first archive.
    func damageFirstMember() throws {
        let archive = try #require(folder.allFiles().filter { $0.hasSuffix(".gz") }.min())
        let handle = try #require(FileHandle(forUpdatingAtPath: "\(folder.path)/\(archive)"))
        try handle.seek(toOffset: 30)
        try handle.write(contentsOf: [0, 1, 2, 3])
        try handle.close()
    }
}
