import Archive
import Foundation
import Records
import StorageTime
import Synchronization
import TestSupport
import Testing
import Vault

@testable import Snapshots

@Suite struct CaptureTests {
    static func server(rows: Int) throws -> ModelServer {
        ModelServer(
            try (0..<rows).map { .init(at: try time("2013-01-01").advanced(by: $0), text: "{\"n\":\($0 % 5)}") })
    }

    @Test(arguments: [
        (0, Proof.twoPasses), (1, .oneAnswer), (7, .oneAnswer), (8, .twoPasses), (42, .twoPasses),
        (50, .twoPasses),
    ])
    func everyRowIsCapturedAndTheProofIsNamed(count: Int, proof: Proof) async throws {
        let server = try Self.server(rows: count)
        let fixture = try CaptureFixture(server)
        let outcome = try await fixture.run(.all)
        #expect(outcome.result == .captured, "\(String(describing: outcome.error))")
        #expect(outcome.rows == count)
        #expect(try fixture.rows(of: .all) == server.state.withLock { $0.rows.map(\.text) })
        let manifest = try #require(try fixture.manifests(of: .all).first)
        #expect(manifest.proof == proof)
        #expect(manifest.window == nil)
        #expect(manifest.state == (count == 0 ? .empty : .sealed))
        #expect(outcome.path.map { $0.hasPrefix("vault_source=all/vault_task=t/vault_date=2026-") } == true)
    }

    @Test func aSecondCaptureOfTheSameRowsIsRecordedAndNotStoredTwice() async throws {
        let server = try Self.server(rows: 30)
        let fixture = try CaptureFixture(server)
        let first = try await fixture.run(.all)
        let before = server.state.withLock { $0.requests }
        let second = try await fixture.run(.all)
        #expect(second.result == .unchanged)
        #expect(second.capturedAt == first.capturedAt)
        #expect(second.captures == 0)
        let manifests = try fixture.manifests(of: .all)
        #expect(manifests.count == 1)
        #expect(manifests.first?.recheckedAt.map { $0 > manifests[0].capturedAt } == true)
        #expect(try fixture.rows(of: .all).count == 30)
        // One pass over five pages: it and the capture before prove each other.
        #expect(server.state.withLock { $0.requests } - before == 5)
    }

    @Test(arguments: [5, 30])
    func aChangedRowIsANewCaptureBesideTheOld(count: Int) async throws {
        let server = try Self.server(rows: count)
        let fixture = try CaptureFixture(server)
        _ = try await fixture.run(.all)
        server.state.withLock { $0.rows[2].text = "{\"n\":\"changed\"}" }
        let second = try await fixture.run(.all)
        #expect(second.result == .captured)
        #expect(try fixture.rows(of: .all).count == 2 * count)
        #expect(try fixture.manifests(of: .all).count == 2)
    }

    @Test func aDamagedArchiveIsNotTakenForTheSameRows() async throws {
        let fixture = try CaptureFixture(try Self.server(rows: 30))
        _ = try await fixture.run(.all)
        let archive = try #require(fixture.files { $0.hasSuffix(".ndjson.gz") }.first)
        try FileManager.default.removeItem(atPath: "\(fixture.folder.path)/\(archive)")
        let second = try await fixture.run(.all)
        #expect(second.result == .captured)
    }

    @Test func rowsThatMoveBetweenPassesAreReadAgain() async throws {
        let server = ModelServer(try Self.server(rows: 30).state.withLock { $0.rows }) { number, state in
            // In the middle of the second pass one row goes and another comes: no total tells.
            if number == 8 { state.rows[29].text = "{\"n\":\"late\"}" }
        }
        let fixture = try CaptureFixture(server)
        let outcome = try await fixture.run(.all)
        #expect(outcome.result == .captured)
        #expect(try fixture.rows(of: .all).contains("{\"n\":\"late\"}"))
        #expect(try fixture.manifests(of: .all).first?.attempts == 2)
        #expect(fixture.files { $0.hasSuffix(".partial") } == [])
    }

    @Test func rowsThatNeverRestAreGivenUpByName() async throws {
        let server = ModelServer(try Self.server(rows: 30).state.withLock { $0.rows }) { number, state in
            state.rows.append(.init(at: state.rows[0].at, text: "{\"n\":\"more\"}"))
        }
        let fixture = try CaptureFixture(server)
        let outcome = try await fixture.run(.all)
        #expect(outcome.result == .failed)
        #expect((outcome.error as? SnapshotError)?.code == .unstable)
        #expect((outcome.error as? SnapshotError)?.message.contains("capture of all rows") == true)
        #expect(try fixture.manifests(of: .all).isEmpty)
        #expect(fixture.files { $0.contains("vault_source") && !$0.hasSuffix(".json") } == [])
        // Two passes of five pages each at most, three times over.
        #expect(server.state.withLock { $0.requests } < 60)
    }

    @Test func aServerThatGivesFewerRowsAPageThanAskedIsPagedByWhatItGives() async throws {
        let server = try Self.server(rows: 30)
        server.state.withLock { $0.mostRowsAPage = 4 }
        let fixture = try CaptureFixture(server)
        let outcome = try await fixture.run(.all)
        #expect(outcome.result == .captured, "\(String(describing: outcome.error))")
        #expect(try fixture.rows(of: .all).count == 30)
    }

    @Test func theTotalsProofCostsOnePass() async throws {
        let server = try Self.server(rows: 30)
        var fixture = try CaptureFixture(server)
        fixture.configuration.proof = .totals
        #expect(try await fixture.run(.all).proof == .totals)
        #expect(server.state.withLock { $0.requests } == 5)
        #expect(try await fixture.run(.all).result == .unchanged)
        #expect(server.state.withLock { $0.requests } == 10)
        let late = ModelServer.Row(at: try time("2013-01-02"), text: "{\"n\":\"late\"}")
        server.state.withLock { $0.rows.append(late) }
        let changed = try await fixture.run(.all)
        #expect(changed.result == .captured && changed.proof == .totals)
        #expect(server.state.withLock { $0.requests } == 15)
        #expect(try fixture.rows(of: .all).count == 30 + 31, "both captures are there")
        #expect(fixture.files { $0.hasSuffix(".partial") } == [])
    }

    @Test func anUnstableOrderAmongTiesIsSeenAndSaid() async throws {
        let server = ModelServer(
            try (0..<30).map { .init(at: try time("2013-01-01"), text: "{\"n\":\($0)}") })
        server.state.withLock { $0.shufflesTies = true }
        let fixture = try CaptureFixture(server)
        let outcome = try await fixture.run(.all)
        #expect((outcome.error as? SnapshotError)?.code == .unstable, "pages that overlap prove nothing")
    }

    @Test(arguments: FaultyFiles.Fault.played)
    func whicheverStepFailsTheCaptureBeforeStaysAndTheNewOneIsWholeOrAbsent(fault: FaultyFiles.Fault) async throws {
        let stride = Sampling.stride(5)
        var step = fault.firstStep(stride)
        while step < 200, try await !Self.fail(step, fault) { step += stride }
        #expect(step > 10 && step < 200, "the steps of a capture were counted wrongly: \(step)")
    }

    /// - Returns: whether a capture has no step of that number.
    private static func fail(_ step: Int, _ fault: FaultyFiles.Fault) async throws -> Bool {
        let server = try server(rows: 30)
        let fixture = try CaptureFixture(server)
        _ = try await fixture.run(.all)
        server.state.withLock { $0.rows[2].text = "{\"n\":\"changed\"}" }
        let (vault, faulty) = try fixture.openAgain(failing: step, fault)
        let outcome = try await fixture.run(.all, vault: vault)
        try await fixture.vault.lock(TaskID("t"), wait: .polling()).release()
        let rows = try fixture.rows(of: .all).count
        #expect(rows == 30 || rows == 60, "step \(step), \(faulty.failed ?? "none")")
        if outcome.result == .captured { #expect(rows == 60) }
        #expect(fixture.files { $0.hasSuffix(".partial") } == [])
        return faulty.steps <= faulty.failing
    }
}
