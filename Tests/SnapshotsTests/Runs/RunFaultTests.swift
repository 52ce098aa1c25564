import Archive
import Catalog
import Foundation
import Jobs
import Records
import RowJSON
import StorageTime
import Synchronization
import TestSupport
import Testing
import Vault

@testable import Snapshots

/// Each step that a run makes on the disk fails in turn, in three ways, with the steps after it working or not.
@Suite(.fewAtATime) struct RunFaultTests {
    /// Twelve hours of rows, and what came late and what was lost after the first run.
    struct Story {
        let server: ModelServer
        var rules = TakingRules(window: Seconds(3600), settle: Seconds(900), recheck: Seconds(48 * 3600))
        /// Every row that there ever was.
        var rows: [String]

        init() throws {
            let rows = try JobFixture.rows()
            server = ModelServer(rows)
            self.rows = rows.map(\.text)
            rules.start = try RunPlanTests.hours("6-7").from
        }

        /// After half a day, rows have come late, one is gone, and it is time to count again.
        mutating func goOn() {
            server.state.withLock { state in
                state.rows.append(.init(at: state.rows[14].at.advanced(by: 7), text: "{\"late\":\"1\"}"))
                state.rows.append(.init(at: state.rows[14].at.advanced(by: 8), text: "{\"late\":\"2\"}"))
                state.rows.removeAll { $0.text == "{\"half\":\"15\"}" }
            }
            rows += ["{\"late\":\"1\"}", "{\"late\":\"2\"}"]
        }

        func run(_ folder: TemporaryFolder, files: any Files, now: Date) async throws -> RunSummary {
            let vault = try SnapshotVault.open(
                at: folder.path, access: .create, configuration: VaultConfiguration(files: files))
            let connection = SnapshotConnection(
                vault: vault, pages: server, host: "h", clock: RecheckPlanTests.clock, settle: rules.settle,
                configuration: TakingConfiguration(concurrency: 2, retryPause: .zero, compressionLevel: 1),
                requestCount: { 0 }, now: { now }, sleep: { _ in })
            return await JobRun(connection: connection).run([RunTask(id: try TaskID("t"), rules: rules)])
        }
    }

    enum Moment: CaseIterable { case firstRun, secondRevision }

    @Test(arguments: Moment.allCases)
    func whicheverStepOfARunFailsACleanRunAfterItMakesTheVaultWhole(moment: Moment) async throws {
        var step = 0
        while try await Self.fail(step, at: moment) { step += Sampling.stride(7) }
        #expect(step > 20)
    }

    /// - Returns: false once there is no such step.
    private static func fail(_ step: Int, at moment: Moment) async throws -> Bool {
        let folder = try TemporaryFolder(isInMemory: true)
        var story = try Story()
        var now = RecheckPlanTests.now
        if moment == .secondRevision {
            #expect(try await story.run(folder, files: DiskFiles(), now: now).failed.isEmpty)
            story.goOn()
            now += 12 * 3600
        }
        let faults = FaultyFiles.Fault.allCases
        let files = FaultyFiles(
            DiskFiles(), failing: step, fault: faults[step % faults.count], diesThen: step / faults.count % 2 == 0)
        let summary = try? await story.run(folder, files: files, now: now)
        guard files.steps > step else { return false }
        let said = "step \(step): \(files.log[step])"
        if let summary, faults[step % faults.count] != .doneButReported, files.log[step].hasPrefix("write") {
            #expect(!summary.failed.isEmpty, "\(said) failed, and nobody was told")
        }
        let clean = try await story.run(folder, files: DiskFiles(), now: now)
        #expect(clean.failed.isEmpty, "\(said): \(clean.failed)")
        try await check(folder, story, said, isSecond: moment == .secondRevision)
        return true
    }

    private static func check(_ folder: TemporaryFolder, _ story: Story, _ said: String, isSecond: Bool) async throws {
        let vault = try SnapshotVault.open(at: folder.path, access: .existing)
        var found: [String] = []
        try vault.forEachSnapshot { record in
            guard let snapshot = try vault.openSnapshot(at: record.path) else { return }
            try snapshot.archive?.forEachMember { _, ndjson in found += lines(RowBlock(ndjson: ndjson)) }
        }
        let expected = story.rows.filter { row in
            guard row.contains("half"), let number = Int(row.filter(\.isNumber)) else { return true }
            return (isSecond ? 12..<24 : 12..<22).contains(number)
        }
        #expect(found.sorted() == expected.sorted(), "\(said)")
        #expect(folder.allFiles().filter { $0.hasSuffix(".partial") }.isEmpty, "\(said)")
        var options = VerifyOptions()
        options.isDeep = true
        let report = try await vault.verify(options: options)
        #expect(report.damaged.isEmpty, "\(said): \(report.damaged)")
    }
}
