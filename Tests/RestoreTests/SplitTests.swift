import Archive
import Records
import StorageTime
import TestSupport
import Testing

@testable import Restore

@Suite struct SplitTests {
    private func split(
        _ vault: Fixture, _ snapshots: [StoredSnapshot], _ unit: RestoreRequest.Split, _ options: RestoreOptions? = nil,
        allowGaps: Bool = false
    ) async throws -> (texts: [String: String], receipt: RestoreReceipt) {
        let outputs = MemoryOutputs()
        let request = RestoreRequest(task: vault.task, allowGaps: allowGaps, split: unit)
        let plan = try RestorePlan(request, snapshots: snapshots)
        let receipt = try await Restorer(files: vault.files).restore(plan, options ?? RestoreOptions()) { share in
            outputs.open(share)
        }
        #expect(outputs.sinks.allSatisfy { $0.sink.isFinished })
        #expect(outputs.sinks.map(\.name) == outputs.sinks.map(\.name).sorted())
        #expect(receipt.files.map(\.bytes) == outputs.sinks.map { $0.sink.bytes.count })
        #expect(receipt.files.reduce(0) { $0 + $1.rows } == receipt.rowsOut)
        return (outputs.texts, receipt)
    }

    @Test func aFileADayWithTheColumnsOfAll() async throws {
        let vault = try Fixture()
        let hours = [
            Fixture.window("2013-01-01 00:00:00", "2013-01-01 12:00:00"),
            Fixture.window("2013-01-01 12:00:00", "2013-01-02 00:00:00"),
            Fixture.window("2013-01-02 00:00:00", "2013-01-03 12:00:00"),
            Fixture.window("2013-01-03 12:00:00", "2013-01-04 00:00:00"),
        ]
        let snapshots = [
            try vault.publish([[#"{"a":"1"}"#]], hours[0]), try vault.publish([[#"{"b":"2"}"#]], hours[1]),
            try vault.publish([[#"{"a":"3"}"#]], hours[2]), try vault.publish([], hours[3]),
        ]
        let (texts, receipt) = try await split(vault, snapshots, .day)
        #expect(texts == ["2013-01-01": "a,b\n1,\n,2\n", "2013-01-02": "a,b\n3,\n", "2013-01-03": "a,b\n"])
        #expect(receipt.rowsOut == 3)
    }

    @Test func aFileAMonth() async throws {
        let vault = try Fixture()
        let snapshots = [
            try vault.publish([[#"{"a":"1"}"#]], Fixture.window("2012-12-31", "2013-01-01")),
            try vault.publish([[#"{"a":"2"}"#]], Fixture.day(1)), try vault.publish([[#"{"a":"3"}"#]], Fixture.day(2)),
        ]
        let json = try RestoreOptions(format: .json)
        #expect(
            try await split(vault, snapshots, .month, json).texts
                == ["2012-12": "[\n{\"a\":\"1\"}\n]\n", "2013-01": "[\n{\"a\":\"2\"},\n{\"a\":\"3\"}\n]\n"])
    }

    @Test func gapsAndPrunedDaysHaveNoFile() async throws {
        let vault = try Fixture()
        var pruned = try vault.publish([[#"{"a":"x"}"#]], Fixture.day(2))
        pruned.state = .pruned
        let snapshots = [
            try vault.publish([[#"{"a":"1"}"#]], Fixture.day(1)), pruned,
            try vault.publish([[#"{"a":"4"}"#]], Fixture.day(4)),
        ]
        let (texts, _) = try await split(vault, snapshots, .day, allowGaps: true)
        #expect(texts == ["2013-01-01": "a\n1\n", "2013-01-04": "a\n4\n"])
    }

    @Test func partsOfACompactedSnapshotGoToTheirOwnDays() async throws {
        let vault = try Fixture()
        for day in 1...3 { try vault.publish([[#"{"a":"\#(day)"}"#]], Fixture.day(day)) }
        let whole = Fixture.window("2013-01-01", "2013-01-04")
        try vault.merge((1...3).map(Fixture.day), into: whole)
        let manifest = try Manifest.read(vault.layout.path(try vault.address(whole).manifestPath), files: vault.files)
        let snapshot = StoredSnapshot(manifest, manifestPath: vault.layout.path(try vault.address(whole).manifestPath))
        #expect(
            try await split(vault, [snapshot], .day).texts
                == ["2013-01-01": "a\n1\n", "2013-01-02": "a\n2\n", "2013-01-03": "a\n3\n"])
        #expect(try await split(vault, [snapshot], .month).texts == ["2013-01": "a\n1\n2\n3\n"])
    }

    @Test func rulesReachAcrossFiles() async throws {
        let vault = try Fixture()
        let snapshots = try (1...3).map { try vault.publish([[#"{"a":"1"}"#, #"{"a":"\#($0)"}"#]], Fixture.day($0)) }
        let limited = try RestoreOptions(rules: RowRules(limit: 3))
        #expect(
            try await split(vault, snapshots, .day, limited).texts
                == ["2013-01-01": "a\n1\n1\n", "2013-01-02": "a\n1\n", "2013-01-03": "a\n"])
        let distinct = try RestoreOptions(rules: RowRules(dedupe: .init(keep: .last)))
        #expect(
            try await split(vault, snapshots, .day, distinct).texts
                == ["2013-01-01": "a\n", "2013-01-02": "a\n2\n", "2013-01-03": "a\n1\n3\n"])
    }

    @Test func whatIsFinishedBeforeDamageStaysAndTheRestIsAbandoned() async throws {
        let vault = try Fixture()
        let snapshots = try (1...2).map { try vault.publish([[#"{"a":"1"}"#]], Fixture.day($0)) }
        try vault.files.write([1, 2, 3], to: try vault.archivePath(Fixture.day(2)))
        let outputs = MemoryOutputs()
        let plan = try RestorePlan(RestoreRequest(task: vault.task, split: .day), snapshots: snapshots)
        await #expect(throws: RestoreError.self) {
            try await Restorer(files: vault.files, width: 1).restore(plan, RestoreOptions()) { outputs.open($0) }
        }
        #expect(outputs.sinks.allSatisfy { $0.sink.isFinished != $0.sink.isAbandoned })
    }

    @Test func capturesCannotBeSplit() async throws {
        let vault = try Fixture()
        let address = SnapshotAddress(
            source: .all, task: try TaskID(vault.task), name: .capture(at: Fixture.capturedAt, sequence: 1))
        let snapshot = try vault.publish([[#"{"a":"1"}"#]], at: address)
        let error = #expect(throws: RestoreError.self) {
            try RestorePlan(RestoreRequest(task: vault.task, source: .all, split: .day), snapshots: [snapshot])
        }
        #expect(error?.code == .badOption)
    }
}
