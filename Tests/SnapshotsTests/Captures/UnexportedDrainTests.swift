import Archive
import Foundation
import Records
import StorageTime
import Synchronization
import TestSupport
import Testing
import Vault

@testable import OctoparseAPI
@testable import Snapshots

@Suite struct UnexportedDrainTests {
    static func all(_ count: Int) -> [String] { (0..<count).map { #"{"n":"\#($0)"}"# } }

    @Test(arguments: [0, 1, 9, 10, 11, 30, 35])
    func everyRowIsDrainedInBatchesOfTheirOwn(count: Int) async throws {
        let server = ExportServer(rows: count)
        let fixture = try CaptureFixture(server)
        let outcome = try await fixture.run(.unexported)
        #expect(outcome.result == .drained)
        #expect(outcome.isWhole)
        #expect(outcome.rows == count)
        #expect(outcome.left == 0)
        #expect(try fixture.rows(of: .unexported) == Self.all(count))
        #expect(try fixture.manifests(of: .unexported).count == (count + 9) / 10)
        #expect(fixture.files { $0.hasSuffix(".reserve") } == [])
    }

    @Test func eachBatchIsOnTheDiskBeforeTheNextIsAskedFor() async throws {
        let disk = FaultyFiles(DiskFiles(), failing: nil)
        let root = Mutex("")
        let seen = Mutex<[(rows: Int, steps: [String])]>([])
        let server = ExportServer(rows: 35) { _, _ in
            let rows = (try? Self.committedRows(below: root.withLock { $0 }, DiskFiles())) ?? -1
            seen.withLock { $0.append((rows, disk.log)) }
            return .answered
        }
        let fixture = try CaptureFixture(server, files: disk)
        root.withLock { $0 = fixture.vault.root }
        _ = try await fixture.run(.unexported)
        let requests = seen.withLock { $0 }
        #expect(requests.map(\.rows) == [0, 10, 20, 30])
        for (earlier, later) in zip(requests, requests.dropFirst()) {
            let steps = later.steps.dropFirst(earlier.steps.count)
            func last(_ doing: String) throws -> Int {
                try #require(steps.lastIndex { $0.hasPrefix(doing) }, "\(doing) is missing in \(steps)")
            }
            // The bytes, then the archive's name, then the manifest's, each on the device before the next.
            #expect(try last("synchronise .2026") < last("move "))
            #expect(try last("move ") < last("replace "))
            #expect(try last("replace ") < last("synchronise folder"))
        }
    }

    /// Counts the rows of committed captures as a reader finds them.
    static func committedRows(below root: String, _ files: any Files) throws -> Int {
        let task = "\(root)/vault_source=unexported/vault_task=t"
        guard try files.status(task) != nil else { return 0 }
        var rows = 0
        for date in try files.list(task) {
            for name in try files.list("\(task)/\(date)") where name.hasSuffix(".manifest.json") {
                let manifest = try Manifest.read("\(task)/\(date)/\(name)", files: files)
                let archive = try #require(
                    try ArchiveReader.open(manifest, folder: "\(task)/\(date)", files: files))
                try archive.forEachMember { _, ndjson in rows += ndjson.count { $0 == 0x0A } }
            }
        }
        return rows
    }

    @Test func aSecondDrainOverwritesNothing() async throws {
        let server = ExportServer(rows: 15)
        let fixture = try CaptureFixture(server)
        _ = try await fixture.run(.unexported)
        server.state.withLock { $0.rows = (15..<40).map { #"{"n":"\#($0)"}"# } }
        _ = try await fixture.run(.unexported)
        #expect(try fixture.rows(of: .unexported).sorted() == Self.all(40).sorted())
    }

    @Test func aLostAnswerIsNotAskedForAgainAndItsRowsAreCounted() async throws {
        let server = ExportServer(rows: 50) { number, _ in number == 3 ? .lostOnTheWay : .answered }
        let fixture = try CaptureFixture(server)
        let outcome = try await fixture.run(.unexported)
        #expect(outcome.result == .failed)
        #expect(outcome.lost == 10)
        #expect(outcome.perhapsLost == 0)
        #expect((outcome.error as? APIError)?.code == .timeout)
        #expect(server.sizes == [10, 10, 10, 1])
        #expect(try fixture.rows(of: .unexported).count == 21)
        #expect(server.left.count == 19)
        #expect(outcome.left == 19)
    }

    @Test func aRequestThatHadNoEffectCostsOneRowAnswersAndNoRow() async throws {
        let server = ExportServer(rows: 50) { number, _ in number == 3 ? .lostBefore : .answered }
        let fixture = try CaptureFixture(server)
        let outcome = try await fixture.run(.unexported)
        #expect(outcome.result == .drained)
        #expect(outcome.isWhole)
        #expect(try fixture.rows(of: .unexported) == Self.all(50))
        #expect(server.sizes == [10, 10, 10, 1, 10, 10, 10])
    }

    @Test func whatCannotBeKnownIsSaidToBe() async throws {
        let server = ExportServer(rows: 50) { number, _ in number == 1 ? .lostOnTheWay : .answered }
        let fixture = try CaptureFixture(server)
        let outcome = try await fixture.run(.unexported)
        #expect(outcome.result == .failed)
        #expect(outcome.lost == 0)
        #expect(outcome.perhapsLost == 10)
    }

    @Test func aServerThatNeverAnswersIsGivenUp() async throws {
        let server = ExportServer(rows: 50) { number, _ in number > 1 ? .lostBefore : .answered }
        let fixture = try CaptureFixture(server)
        let outcome = try await fixture.run(.unexported)
        #expect(outcome.result == .failed)
        #expect(server.sizes == [10, 10, 1, 1])
        #expect(outcome.perhapsLost == 12)
    }

    @Test func aRefusalLosesNothing() async throws {
        let server = ExportServer(rows: 50) { number, _ in number == 2 ? .refused : .answered }
        let outcome = try await CaptureFixture(server).run(.unexported)
        #expect(outcome.result == .failed)
        #expect(outcome.isWhole)
    }

    @Test func anAnswerThatCannotBeReadIsKeptByteForByte() async throws {
        let bytes = Array(#"{"data":{"total":30,"dataList":[{"n":"1"},{"n":"#.utf8)
        let server = ExportServer(rows: 50) { number, _ in number == 3 ? .garbled(bytes) : .answered }
        let fixture = try CaptureFixture(server)
        let outcome = try await fixture.run(.unexported)
        #expect(outcome.result == .failed)
        let path = try #require(outcome.keptFiles.first)
        #expect(path.hasPrefix("lost+found/unexported/vault_task=t/"))
        #expect(try DiskFiles().read(fixture.vault.layout.path(path), limit: 1 << 20) == bytes)
        #expect(outcome.lost == 0)
        #expect(try fixture.rows(of: .unexported).count == 20)
    }

    @Test func anEmptyAnswerIsInDoubt() async throws {
        let server = ExportServer(rows: 50) { number, _ in number == 3 ? .garbledEmpty : .answered }
        let outcome = try await CaptureFixture(server).run(.unexported)
        #expect(outcome.keptFiles.isEmpty)
        #expect(outcome.lost == 10)
    }

    @Test func rowsThatAnotherProgramExportedMeanwhileAreMissed() async throws {
        let server = ExportServer(rows: 50) { number, rows in
            if number == 3 { rows.removeFirst(7) }
            return .answered
        }
        let outcome = try await CaptureFixture(server).run(.unexported)
        #expect(outcome.result == .drained)
        #expect(outcome.lost == 7)
        #expect(outcome.rows == 43)
    }

    @Test func aStopEndsAfterTheBatchInFlight() async throws {
        let server = ExportServer(rows: 50)
        let fixture = try CaptureFixture(server)
        let outcome = try await fixture.run(
            .unexported, mayGoOn: { server.state.withLock { $0.requests } < 3 })
        #expect(outcome.result == .stopped)
        #expect(try fixture.rows(of: .unexported) == Self.all(30))
        #expect(outcome.left == 20)
    }

    @Test func aCancelledDrainStoresTheBatchInFlight() async throws {
        for number in 1...3 {
            try await Self.cancel(at: number)
        }
    }

    private static func cancel(at request: Int) async throws {
        let task = Mutex<Task<CaptureOutcome, any Error>?>(nil)
        let server = ExportServer(rows: 50) { number, _ in
            if number == request { task.withLock { $0?.cancel() } }
            return .answered
        }
        let fixture = try CaptureFixture(server)
        let (started, start) = AsyncStream<Void>.makeStream()
        let running = Task {
            for await _ in started {}
            return try await fixture.run(.unexported)
        }
        task.withLock { $0 = running }
        start.finish()
        let outcome = try await running.value
        #expect(outcome.result == .stopped)
        #expect(outcome.isWhole)
        #expect(try fixture.rows(of: .unexported) == all(10 * request))
    }

    /// Whichever step on the disk fails, no row that the server gave out is unaccounted for.
    @Test(arguments: FaultyFiles.Fault.played)
    func whateverFailsOnTheDiskEveryRowIsStoredKeptOrNamed(fault: FaultyFiles.Fault) async throws {
        let stride = Sampling.stride(5)
        var step = fault.firstStep(stride)
        while step < 200, try await !Self.fail(step, fault) { step += stride }
        #expect(step > 25 && step < 200, "the steps of a drain were counted wrongly: \(step)")
    }

    /// - Returns: whether the drain has no step of that number.
    private static func fail(_ step: Int, _ fault: FaultyFiles.Fault) async throws -> Bool {
        let server = ExportServer(rows: 15)
        let fixture = try CaptureFixture(server)
        let (vault, faulty) = try fixture.openAgain(failing: step, fault)
        let outcome = try await fixture.run(.unexported, vault: vault)
        let context = "step \(step), \(fault): \(faulty.failed ?? "none")"
        // What the next command finds, once what the failed one left is swept.
        let locked = try await fixture.vault.lock(TaskID("t"), wait: .polling())
        locked.release()
        let stored = try fixture.rows(of: .unexported)
        var kept: [String] = []
        for path in outcome.keptFiles {
            kept += try String(contentsOfFile: vault.layout.path(path), encoding: .utf8).split(separator: "\n")
                .map(String.init)
        }
        #expect(Set(stored).count == stored.count, "\(context)")
        #expect(Set(stored + kept + server.left).count + outcome.lost == 15, "\(context)")
        #expect(outcome.lost == 0, "one failure alone loses nothing: \(context)")
        let isDone = faulty.steps <= faulty.failing
        if !isDone { #expect(outcome.result == .failed || stored.count == 15, "\(context)") }
        return isDone
    }
}
