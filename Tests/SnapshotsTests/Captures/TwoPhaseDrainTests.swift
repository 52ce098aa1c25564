import Archive
import Records
import Synchronization
import TestSupport
import Testing
import Vault

@testable import Snapshots

/// Unexported rows that are fetched, stored, and then marked.
@Suite(.timeLimit(.minutes(60))) struct TwoPhaseDrainTests {
    @Test(arguments: CursorServer.Meaning.allCases) func aDrainStoresEveryRowOnceAndMarksAll(
        meaning: CursorServer.Meaning
    ) async throws {
        let server = CursorServer(numbered(0..<9), meaning: meaning)
        let fixture = try IncrementFixture(server)
        let outcome = try await fixture.run(.unexported, batch: 100)
        #expect(outcome.result == .drained && outcome.rows == 9 && outcome.lost == 0 && outcome.left == 0)
        #expect(outcome.requests == 3, "fetch, mark, look")
        #expect(try fixture.rows(.unexported) == counted(numbered(0..<9)))
        #expect(server.state.withLock { $0.rows.allSatisfy(\.isExported) })
        #expect(try fixture.manifests(.unexported).allSatisfy { $0.mark?.isConfirmed == true })
        #expect(try await fixture.run(.unexported, batch: 100).requests == 1)
    }

    /// Whatever request fails, and however: the drain or the next one has every row, once, and the mark is told.
    @Test(arguments: [CursorServer.Fate.broken, .lost, .empty], [CursorServer.Meaning.lastAnswer, .allAnswers])
    func aFailureOfAnyRequestLosesNoRowAndDoublesNone(fate: CursorServer.Fate, meaning: CursorServer.Meaning)
        async throws
    {
        for bad in Sampling.some(3, of: 1...12) {
            let server = CursorServer(numbered(0..<25), meaning: meaning) { number, _ in
                number == bad ? fate : .answered
            }
            let fixture = try IncrementFixture(server)
            for round in 0..<4 {
                let outcome = try await fixture.run(.unexported, batch: 10)
                #expect(outcome.lost == 0 && outcome.perhapsLost == 0, "request \(bad): \(outcome)")
                if round < 2 {
                    server.change { state in numbered(25 + 2 * round..<27 + 2 * round).forEach { state.store($0) } }
                }
            }
            #expect(try fixture.rows(.unexported) == counted(server.present), "request \(bad)")
            #expect(server.state.withLock { $0.rows.allSatisfy(\.isExported) }, "request \(bad)")
        }
    }

    @Test func aMarkThatNeverTakesIsToldAndTheRowsAreStoredOnce() async throws {
        let server = CursorServer(numbered(0..<5)) { number, _ in number % 2 == 0 ? .empty : .answered }
        let fixture = try IncrementFixture(server)
        let outcome = try await fixture.run(.unexported, batch: 10)
        #expect(outcome.result == .failed && outcome.rows == 5)
        #expect(try fixture.rows(.unexported) == counted(numbered(0..<5)))
    }

    @Test func rowsThatAMarkCoversWithoutHavingBeenFetchedAreTold() async throws {
        let server = CursorServer(numbered(0..<25), meaning: .everything)
        let fixture = try IncrementFixture(server)
        let outcome = try await fixture.run(.unexported, batch: 10)
        #expect(outcome.rows == 10 && outcome.lost == 15)
        #expect(!outcome.isWhole)
    }

    @Test func aDrainThatWasKilledBeforeItsMarkDoesNotStoreItsRowsAgain() async throws {
        let server = CursorServer(numbered(0..<8)) { number, _ in number == 2 ? .broken : .answered }
        let fixture = try IncrementFixture(server)
        // The mark is in doubt, and the run is told to stop there.
        let requests: @Sendable () -> Int = { server.requests }
        _ = try await fixture.run(.unexported, batch: 10, mayGoOn: { requests() < 2 })
        #expect(server.state.withLock { $0.rows.allSatisfy { !$0.isExported } })
        server.change { $0.store(#"{"n":"8"}"#) }
        let next = try await fixture.run(.unexported, batch: 10)
        #expect(next.result == .drained && next.rows == 1)
        #expect(try fixture.rows(.unexported) == counted(numbered(0..<9)))
    }

    @Test(arguments: FaultyFiles.Fault.played) func aFailureAtAnyStepOnTheDiskLosesNoRow(fault: FaultyFiles.Fault)
        async throws
    {
        let stride = Sampling.stride(5)
        var step = fault.firstStep(stride)
        while step < 200 {
            let server = CursorServer(numbered(0..<6))
            let fixture = try IncrementFixture(server, disk: CoarseTimeFiles())
            let opening = FaultyFiles(CoarseTimeFiles(), failing: nil)
            _ = try SnapshotVault.open(
                at: fixture.vault.root, access: .existing, configuration: VaultConfiguration(files: opening))
            let failing = opening.steps + step
            let disk = FaultyFiles(CoarseTimeFiles(), failing: failing, fault: fault)
            let vault = try SnapshotVault.open(
                at: fixture.vault.root, access: .existing, configuration: VaultConfiguration(files: disk))
            _ = try await fixture.run(.unexported, vault: vault)
            let didFail = disk.steps > failing
            _ = try await fixture.run(.unexported)
            #expect(try fixture.rows(.unexported) == counted(server.present), "step \(step)")
            if !didFail { break }
            step += stride
        }
        #expect(step > 8)
    }
}
