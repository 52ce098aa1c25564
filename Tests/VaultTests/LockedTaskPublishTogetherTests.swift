import Archive
import Catalog
import Foundation
import Records
import StorageTime
import TestSupport
import Testing

@testable import Vault

/// Snapshots that are committed at once.
@Suite struct LockedTaskPublishTogetherTests {
    @Test func allAreThereAndIndexedAndTheirFolderNeedNotBeReadAgain() async throws {
        let fixture = try Fixture()
        let locked = try await fixture.vault.lock(TaskID(weather), wait: .no)
        let snapshots = try (0..<8).map { try locked.pending(window($0, $0 + 1), rows: $0 % 3) }
        let outcomes = await locked.publish(snapshots)
        #expect(try outcomes.map { try $0.get().manifestPath } == snapshots.map(\.address.manifestPath))
        #expect(try locked.coverage().covered.windows == [window(0, 8)])
        #expect(try fixture.vault.catalog.snapshots().map(\.rows) == [0, 1, 2, 0, 1, 2, 0, 1])
        let folder = snapshots[0].address.folder
        let modified = try fixture.vault.files.status(fixture.vault.layout.path(folder))?.modified
        #expect(try fixture.vault.catalog.folders(below: folder)[folder] == .some(modified))
        #expect(try await fixture.vault.verify().damaged.isEmpty)
    }

    @Test func aFolderInWhichMoreIsBeingWrittenIsReadAgain() async throws {
        let fixture = try Fixture()
        let locked = try await fixture.vault.lock(TaskID(weather), wait: .no)
        let (first, second) = try (locked.pending(window(0, 1)), locked.pending(window(1, 2)))
        _ = try await locked.publish([first])[0].get()
        #expect(try fixture.vault.catalog.folders(below: first.address.folder)[first.address.folder] == .some(nil))
        _ = try await locked.publish([second])[0].get()
        #expect(try fixture.vault.catalog.folders(below: first.address.folder)[first.address.folder] != .some(nil))
    }

    /// Until the next that takes the task has indexed it and swept the rest.
    @Test(arguments: FaultyFiles.Fault.played)
    func whatAProcessLeavesThatEndsWhileItPublishesIsNoDamage(fault: FaultyFiles.Fault) async throws {
        let stride = Sampling.stride(11)
        var step = fault.firstStep(stride)
        while try await Self.end(at: step, fault) { step += stride }
        #expect(step > 30)
    }

    /// - Returns: false once there is no such step.
    private static func end(at step: Int, _ fault: FaultyFiles.Fault) async throws -> Bool {
        let fixture = try Fixture(disk: CoarseTimeFiles())
        try await fixture.seal([0], rows: 1)
        let counting = FaultyFiles(fixture.disk, failing: nil)
        try await fixture.open(files: counting).lock(TaskID(weather), wait: .no).release()
        let files = FaultyFiles(fixture.disk, failing: counting.steps + step, fault: fault, diesThen: true)
        do {
            let locked = try await fixture.open(files: files).lock(TaskID(weather), wait: .no)
            defer { locked.release() }
            let hours = [0, 1, 30, 31]
            _ = await locked.publish(try hours.map { try locked.pending(window($0, $0 + 1), rows: 2) })
        } catch is ArchiveError {
        } catch is VaultError {}
        let damaged = try await fixture.open().verify().damaged
        #expect(damaged.isEmpty, "step \(step): \(damaged)")
        return files.steps > counting.steps + step
    }

    @Test func nothingToPublishIsNothingDone() async throws {
        let fixture = try Fixture()
        let locked = try await fixture.vault.lock(TaskID(weather), wait: .no)
        #expect(await locked.publish([PendingSnapshot]()).isEmpty)
    }

    @Test func oneThatMayNotBePublishedStopsNoOther() async throws {
        let fixture = try Fixture()
        try await fixture.seal([1])
        let locked = try await fixture.vault.lock(TaskID(weather), wait: .no)
        let snapshots = try [locked.pending(window(0, 1)), locked.pending(window(1, 3)), locked.pending(window(3, 4))]
        let outcomes = await locked.publish(snapshots)
        #expect(outcomes.map { (try? $0.get()) != nil } == [true, false, true])
        #expect(throws: VaultError.self) { try outcomes[1].get() }
        #expect(try locked.coverage().covered.windows == [window(0, 2), window(3, 4)])
        #expect(fixture.folder.allFiles().filter { $0.hasSuffix(".partial") }.isEmpty)
    }

    /// Steps of several snapshots mix in any order; each snapshot's own do not.
    @Test(arguments: FaultyFiles.Fault.played, [false, true])
    func whicheverStepFailsEachIsThereWholeOrNotAtAll(fault: FaultyFiles.Fault, dies: Bool) async throws {
        let stride = Sampling.stride(11)
        var step = fault.firstStep(stride) + (dies ? stride / 2 : 0)
        while try await Self.fail(step, fault, dies: dies) { step += stride }
        #expect(step > 30)
    }

    /// - Returns: false once there is no such step.
    private static func fail(_ step: Int, _ fault: FaultyFiles.Fault, dies: Bool) async throws -> Bool {
        let fixture = try Fixture()
        try await fixture.seal([0], rows: 1)
        let counting = FaultyFiles(fixture.disk, failing: nil)
        let opening = try fixture.open(files: counting)
        try await opening.lock(TaskID(weather), wait: .no).release()
        let files = FaultyFiles(fixture.disk, failing: counting.steps + step, fault: fault, diesThen: dies)
        let vault = try fixture.open(files: files)
        let locked = try await vault.lock(TaskID(weather), wait: .no)
        defer { locked.release() }
        let snapshots = try? (0..<3).map { try locked.pending(window($0, $0 + 1), rows: 2 + $0) }
        let outcomes = await locked.publish(snapshots ?? [])
        locked.release()
        let said = Comment("step \(step)")
        let again = try fixture.open()
        try await again.lock(TaskID(weather), wait: .no).release()
        #expect(try await again.verify().damaged.isEmpty, said)
        let rows = try again.catalog.snapshots().map(\.rows)
        #expect(rows.first == 1 || rows.first == 2, said)
        for (place, outcome) in outcomes.enumerated() where (try? outcome.get()) != nil {
            #expect(rows.contains(2 + place), said)
        }
        #expect(fixture.folder.allFiles().filter { $0.hasSuffix(".partial") }.isEmpty, said)
        return files.steps > counting.steps + step
    }
}
