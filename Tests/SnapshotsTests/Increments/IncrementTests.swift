import Archive
import Catalog
import Foundation
import Records
import RowJSON
import StorageTime
import TestSupport
import Testing
import Vault

@testable import Snapshots

/// Rows behind the last cursor, one increment after the other.
@Suite struct IncrementTests {
    @Test func theFirstIncrementHoldsAllRowsAndTheNextThoseThatCame() async throws {
        let fixture = try IncrementFixture(CursorServer(numbered(0..<30)))
        let first = try await fixture.run()
        #expect(first.result == .captured && first.rows == 30 && first.requests == 5)
        let manifest = try #require(try fixture.manifests().last)
        let range = try #require(manifest.range)
        #expect(range.after == "0" && range.through == "954" && range.restTotal == 0 && range.walkedAt != nil)
        fixture.server.change { state in for row in numbered(30..<33) { state.store(row) } }
        let second = try await fixture.run()
        #expect(second.result == .captured && second.rows == 3 && second.requests == 1)
        let next = try #require(try fixture.manifests().last)
        #expect(next.range?.after == "954" && next.range?.through == "957" && next.total == 33)
        #expect(try fixture.rows() == counted(fixture.server.present))
        try fixture.expectWhole()
    }

    @Test func whereNothingCameOneRequestIsMadeAndNothingIsStored() async throws {
        let fixture = try IncrementFixture(CursorServer(numbered(0..<30)))
        _ = try await fixture.run()
        let before = fixture.folder.allFiles().filter { $0.hasSuffix(".gz") }
        let again = try await fixture.run()
        #expect(again.result == .unchanged && again.requests == 1 && again.captures == 0)
        #expect(fixture.folder.allFiles().filter { $0.hasSuffix(".gz") } == before)
        #expect(try fixture.manifests().last?.recheckedAt != nil)
    }

    @Test func aTaskWithoutRowsIsAnEmptyIncrement() async throws {
        let fixture = try IncrementFixture(CursorServer())
        #expect(try await fixture.run().rows == 0)
        #expect(try fixture.manifests().map(\.state) == [.empty])
        fixture.server.change { $0.store(#"{"n":"1"}"#) }
        #expect(try await fixture.run().rows == 1)
        try fixture.expectWhole()
    }

    @Test func aLongRunIsPublishedInSeveralArchives() async throws {
        let fixture = try IncrementFixture(CursorServer(numbered(0..<500)))
        let outcome = try await fixture.run()
        #expect(outcome.captures == 3 && outcome.rows == 500)
        let ranges = try fixture.manifests().compactMap(\.range)
        #expect(ranges.map(\.after) == ["0"] + ranges.dropLast().map(\.through))
        #expect(try fixture.rows() == counted(fixture.server.present))
        try fixture.expectWhole()
    }

    @Test func whatTheCloudLostStaysAndIsCounted() async throws {
        let fixture = try IncrementFixture(CursorServer(numbered(0..<30)))
        _ = try await fixture.run()
        fixture.server.change { $0.rows.removeFirst(12) }
        #expect(try await fixture.run().kept == 12)
        fixture.server.change { state in
            state.rows.removeFirst(3)
            for row in numbered(30..<35) { state.store(row) }
        }
        let outcome = try await fixture.run()
        #expect(outcome.kept == 15 && outcome.rows == 5)
        #expect(try fixture.rows() == counted(numbered(0..<35)))
        try fixture.expectWhole()
    }

    @Test func rowsBeforeTheCursorAreFoundByAWalk() async throws {
        let fixture = try IncrementFixture(CursorServer(numbered(0..<30)))
        _ = try await fixture.run()
        fixture.server.change { state in
            state.store(#"{"late":"1"}"#, before: 4)
            state.store(#"{"n":"30"}"#)
        }
        let outcome = try await fixture.run()
        #expect(outcome.rows == 2 && outcome.kept == 0)
        #expect(try fixture.rows() == counted(fixture.server.present))
        try fixture.expectWhole()
        #expect(try await fixture.run().requests == 1, "nothing is owed any more")
    }

    @Test func aCursorThatGivesItsOwnRowAgainStoresItOnce() async throws {
        let server = CursorServer(numbered(0..<30), isInclusive: true)
        let fixture = try IncrementFixture(server)
        #expect(try await fixture.run().rows == 30)
        #expect(server.requests == 5)
        for round in 0..<3 {
            server.change { state in for row in numbered(30 + 2 * round..<32 + 2 * round) { state.store(row) } }
            #expect(try await fixture.run().rows == 2)
        }
        #expect(try await fixture.run().rows == 0)
        #expect(try fixture.rows() == counted(server.present))
        try fixture.expectWhole()
    }

    @Test func rowsThatAreAllAlikeAreNeverTakenForEachOther() async throws {
        for isInclusive in [false, true] {
            let server = CursorServer(Array(repeating: "{}", count: 20), isInclusive: isInclusive)
            let fixture = try IncrementFixture(server)
            _ = try await fixture.run()
            for _ in 0..<4 {
                server.change { state in for _ in 0..<3 { state.store("{}") } }
                _ = try await fixture.run()
            }
            #expect(try fixture.rows() == ["{}": 32], "inclusive: \(isInclusive)")
            try fixture.expectWhole()
        }
    }

    @Test func aTaskThatWasEmptiedAndFilledAgainKeepsWhatItHeld() async throws {
        let fixture = try IncrementFixture(CursorServer(numbered(0..<20)))
        _ = try await fixture.run()
        fixture.server.change { state in
            state.rows = []
            for row in numbered(15..<40) { state.store(row) }
        }
        _ = try await fixture.run()
        #expect(try fixture.rows() == counted(numbered(0..<40)))
        #expect(try fixture.manifests().last?.kept == 15)
        try fixture.expectWhole()
    }

    @Test func aWalkIsMadeAgainAfterItsTime() async throws {
        let fixture = try IncrementFixture(CursorServer(numbered(0..<30)))
        _ = try await fixture.run()
        // One went and one came before the cursor: no count shows it.
        fixture.server.change { state in
            state.rows.remove(at: 3)
            state.store(#"{"other":"1"}"#, before: 5)
        }
        #expect(try await fixture.run().rows == 0)
        let walked = try await fixture.run(walksAgainAfter: Seconds(1))
        #expect(walked.rows == 1 && walked.kept == 1)
        #expect(try fixture.rows() == counted(numbered(0..<30) + [#"{"other":"1"}"#]))
        try fixture.expectWhole()
    }

    @Test func anIncrementThatIsDamagedIsTakenAgain() async throws {
        let fixture = try IncrementFixture(CursorServer(numbered(0..<30)))
        _ = try await fixture.run()
        fixture.server.change { $0.store(#"{"n":"30"}"#) }
        _ = try await fixture.run()
        let archive = try #require(fixture.folder.allFiles().filter { $0.hasSuffix(".gz") }.min())
        try damage("\(fixture.folder.path)/\(archive)")
        fixture.server.change { $0.store(#"{"late":"1"}"#, before: 2) }
        _ = try await fixture.run()
        var healthy: [String: Int] = [:]
        for (row, count) in try fixture.soundRows() { healthy[row] = count }
        #expect(healthy == counted(fixture.server.present))
    }

    private func damage(_ path: String) throws {
        let handle = try #require(FileHandle(forUpdatingAtPath: path))
        try handle.seek(toOffset: 30)
        try handle.write(contentsOf: [0, 1, 2, 3])
        try handle.close()
    }
}

extension IncrementFixture {
    /// The rows of the increments that can be read.
    func soundRows() throws -> [String: Int] {
        var rows: [String: Int] = [:]
        try vault.forEachSnapshot(tasks: [TaskID("t")], source: .increments) { record in
            let archive = try #require(try vault.openSnapshot(at: record.path)).archive
            var own: [String] = []
            do {
                try archive?.forEachMember { _, ndjson in own += lines(RowBlock(ndjson: ndjson)) }
            } catch let error as ArchiveError where error.isDamage {
                return
            }
            for row in own { rows[row, default: 0] += 1 }
        }
        return rows
    }
}
