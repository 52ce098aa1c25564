import Archive
import Foundation
import Records
import RowJSON
import StorageTime
import TestSupport
import Testing

@testable import Restore

@Suite struct RestorerTests {
    private func rows(_ range: Range<Int>) -> [String] { range.map { #"{"n":"\#($0)"}"# } }

    private func csv(_ range: Range<Int>) -> String { "n\n" + range.map { "\($0)\n" }.joined() }

    @Test(arguments: [1, 2, 3, 8])
    func rowsComeInWindowOrderThenArchiveOrder(width: Int) async throws {
        let vault = try Fixture()
        var snapshots: [StoredSnapshot] = []
        for day in (1...30).reversed() {
            let first = day * 100
            snapshots.append(
                try vault.publish([rows(first..<(first + 40)), rows((first + 40)..<(first + 100))], Fixture.day(day)))
        }
        let (text, receipt) = try await vault.restore(snapshots, width: width)
        #expect(text == csv(100..<3100))
        #expect(receipt.rowsIn == 3000)
        #expect(receipt.rowsOut == 3000)
        #expect(receipt.snapshots == 30)
        #expect(receipt.windows == 30)
    }

    @Test(arguments: Sampling.some(2, of: RestoreFormat.allCases.filter { $0 != .sqlite }))
    func largeArchivesAreReadMemberByMember(format: RestoreFormat) async throws {
        let vault = try Fixture()
        let padding = String(repeating: "x", count: 1000)
        let all = (0..<1500).map { #"{"n":"\#($0)","p":"\#(padding)"}"# }
        let members = stride(from: 0, to: 1500, by: 300).map { Array(all[$0..<($0 + 300)]) }
        let first = try vault.publish(members, Fixture.day(1))
        let second = try vault.publish([[#"{"n":"last"}"#]], Fixture.day(2))
        let (text, receipt) = try await vault.restore([first, second], try RestoreOptions(format: format))
        #expect(text == (try encode(all + [#"{"n":"last"}"#], try RestoreOptions(format: format))))
        #expect(receipt.rowsOut == 1501)
        #expect(receipt.snapshots == 2)
    }

    @Test func theHeaderIsTheUnionOfTheColumns() async throws {
        let vault = try Fixture()
        let snapshots = [
            try vault.publish([[#"{"a":"1","b":"2"}"#]], Fixture.day(1)),
            try vault.publish([[#"{"c":"3","a":"4"}"#]], Fixture.day(2)),
        ]
        #expect(try await vault.restore(snapshots).text == "a,b,c\n1,2,\n4,,3\n")
    }

    @Test func anEmptyRangeIsAHeaderAlone() async throws {
        let vault = try Fixture()
        let snapshot = try vault.publish([], Fixture.day(1))
        #expect(try await vault.restore([snapshot]).text == "\n")
        #expect(try await vault.restore([snapshot], RestoreOptions(format: .json)).text == "[]\n")
        #expect(try await vault.restore([snapshot], RestoreOptions(format: .ndjson)).text == "")
    }

    @Test func anUnknownColumnIsToldBeforeAnythingIsWritten() async throws {
        let vault = try Fixture()
        let snapshot = try vault.publish([rows(0..<5)], Fixture.day(1))
        let sink = MemorySink()
        let plan = try RestorePlan(RestoreRequest(task: "t"), snapshots: [snapshot])
        let options = try RestoreOptions(columns: ["m"])
        let error = await #expect(throws: RestoreError.self) {
            try await Restorer(files: vault.files).restore(plan, options, to: sink)
        }
        #expect(error?.code == .badColumn)
        #expect(sink.bytes.isEmpty)
        #expect(sink.isAbandoned)
    }

    @Test func anyFlippedByteOfAnArchiveIsDamageThatNamesTheFile() async throws {
        let vault = try Fixture()
        let snapshot = try vault.publish([rows(0..<20), rows(20..<40)], Fixture.day(1))
        let path = try vault.archivePath(Fixture.day(1))
        let bytes = try vault.files.read(path, limit: 1 << 20)
        var found = 0
        for place in bytes.indices {
            var damaged = bytes
            damaged[place] ^= 0x10
            try vault.files.write(damaged, to: path)
            do {
                let (text, _) = try await vault.restore([snapshot])
                // Bytes of a gzip header that mean nothing for the content.
                #expect(text == csv(0..<40))
            } catch let error as RestoreError {
                #expect(error.code == .damaged)
                #expect(error.message.contains(path))
                #expect(error.hint != nil)
                found += 1
            }
        }
        #expect(found > bytes.count - 20)
    }

    @Test func aTruncatedOrMissingArchiveIsDamage() async throws {
        let vault = try Fixture()
        let snapshot = try vault.publish([rows(0..<20)], Fixture.day(1))
        let path = try vault.archivePath(Fixture.day(1))
        let bytes = try vault.files.read(path, limit: 1 << 20)
        try vault.files.write(Array(bytes.dropLast()), to: path)
        let short = await #expect(throws: RestoreError.self) { try await vault.restore([snapshot]) }
        #expect(short?.code == .damaged)
        try vault.files.remove(path)
        let missing = await #expect(throws: RestoreError.self) { try await vault.restore([snapshot]) }
        #expect(missing?.code == .damaged)
        #expect(missing?.message.contains(path) == true)
        #expect(missing?.isTransient == false)
    }

    @Test func damageAbandonsTheOutput() async throws {
        let vault = try Fixture()
        let snapshots = [
            try vault.publish([rows(0..<20)], Fixture.day(1)), try vault.publish([rows(20..<40)], Fixture.day(2)),
        ]
        try vault.files.remove(try vault.archivePath(Fixture.day(2)))
        let sink = MemorySink()
        let plan = try RestorePlan(RestoreRequest(task: "t"), snapshots: snapshots)
        await #expect(throws: RestoreError.self) {
            try await Restorer(files: vault.files).restore(plan, RestoreOptions(), to: sink)
        }
        #expect(sink.isAbandoned)
        #expect(!sink.isFinished)
    }

    @Test func aNewerRevisionTakesThePlaceOfTheOnePlanned() async throws {
        let vault = try Fixture()
        let planned = try vault.publish([rows(0..<20)], Fixture.day(1))
        try vault.publish([rows(0..<20), rows(20..<25)], Fixture.day(1))
        let (text, receipt) = try await vault.restore([planned])
        #expect(text == csv(0..<25))
        #expect(receipt.rowsIn == 25)
    }

    @Test func anArchiveReplacedWhileItIsOpenedIsReadAnew() async throws {
        let vault = try Fixture()
        let planned = try vault.publish([rows(0..<20)], Fixture.day(1))
        let old = try vault.archivePath(Fixture.day(1))
        // The old archive is gone when it is opened, and only then the newer manifest comes.
        let files = InterruptedFiles(vault.files, before: old) { try vault.publish([rows(0..<30)], Fixture.day(1)) }
        let sink = MemorySink()
        let plan = try RestorePlan(RestoreRequest(task: "t"), snapshots: [planned])
        let receipt = try await Restorer(files: files).restore(plan, RestoreOptions(), to: sink)
        #expect(String(decoding: sink.bytes, as: UTF8.self) == csv(0..<30))
        #expect(receipt.rowsOut == 30)
    }

    @Test func aWindowMergedMeanwhileIsFoundInTheMergedArchive() async throws {
        let vault = try Fixture()
        let hours = [
            Fixture.window("2013-01-01 00:00:00", "2013-01-01 01:00:00"),
            Fixture.window("2013-01-01 01:00:00", "2013-01-01 02:00:00"),
        ]
        let planned = [try vault.publish([rows(0..<10)], hours[0]), try vault.publish([rows(10..<30)], hours[1])]
        try vault.merge(hours, into: Fixture.window("2013-01-01 00:00:00", "2013-01-01 02:00:00"))
        #expect(try await vault.restore(planned).text == csv(0..<30))
        #expect(try await vault.restore([planned[1]]).text == csv(10..<30))
    }

    @Test func aManifestGoneWithoutASuccessorCanBeTriedAgain() async throws {
        let vault = try Fixture()
        let planned = try vault.publish([rows(0..<20)], Fixture.day(1))
        try vault.files.remove(planned.manifestPath)
        let error = await #expect(throws: RestoreError.self) { try await vault.restore([planned]) }
        #expect(error?.code == .changed)
        #expect(error?.isTransient == true)
    }

    @Test func aColumnThatCameMeanwhileCanBeTriedAgain() async throws {
        let vault = try Fixture()
        let planned = try vault.publish([rows(0..<20)], Fixture.day(1))
        try vault.publish([rows(0..<20), [#"{"n":"20","m":"new"}"#]], Fixture.day(1))
        let error = await #expect(throws: RestoreError.self) { try await vault.restore([planned]) }
        #expect(error?.code == .changed)
        #expect(error?.message.contains("new column 'm'") == true)
    }

    @Test func capturesAreRestoredToo() async throws {
        let vault = try Fixture()
        let address = SnapshotAddress(
            source: .all, task: try TaskID("weather"), name: .capture(at: Fixture.capturedAt, sequence: 1))
        let snapshot = try vault.publish([rows(0..<5)], at: address)
        let (text, receipt) = try await vault.restore(
            [snapshot], request: RestoreRequest(task: "weather", source: .all))
        #expect(text == csv(0..<5))
        #expect(receipt.range == nil)
        #expect(receipt.capturedAt == "2026-11-23T10:15:00Z")
    }

    @Test func aSinkThatFailsEndsTheRestore() async throws {
        let vault = try Fixture()
        let snapshot = try vault.publish([rows(0..<5)], Fixture.day(1))
        let plan = try RestorePlan(RestoreRequest(task: "t"), snapshots: [snapshot])
        let error = await #expect(throws: RestoreError.self) {
            try await Restorer(files: vault.files).restore(plan, RestoreOptions(), to: ClosedSink())
        }
        #expect(error?.code == .outputClosed)
    }

    @Test func progressEndsWithAllRows() async throws {
        let vault = try Fixture()
        let snapshots = try (1...5).map { try vault.publish([rows(0..<5)], Fixture.day($0)) }
        let seen = ProgressLog()
        let plan = try RestorePlan(RestoreRequest(task: "t"), snapshots: snapshots)
        let receipt = try await Restorer(files: vault.files).restore(plan, RestoreOptions(), to: MemorySink()) {
            seen.add($0)
        }
        #expect(seen.last == Restorer.Progress(rows: 25, ofRows: 25, bytes: receipt.bytesOut))
    }

    @Test func aCancelledRestoreAbandonsItsOutput() async throws {
        let vault = try Fixture()
        let snapshot = try vault.publish([rows(0..<5)], Fixture.day(1))
        let plan = try RestorePlan(RestoreRequest(task: "t"), snapshots: [snapshot])
        let sink = MemorySink()
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await Restorer(files: vault.files).restore(plan, RestoreOptions(), to: sink)
        }
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(sink.isAbandoned)
    }
}
