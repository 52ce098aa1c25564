import Archive
import StorageTime
import TestSupport
import Testing

@testable import Restore

/// A member of many mebibytes is restored in portions, row for row as any other.
@Suite struct LargeMemberTests {
    private static let rows = (0..<9_000).map { number in
        "{\"n\":\(number),\"g\":\"\(number % 1000)\",\"t\":\"\(String(repeating: "some text ", count: 100))\"}"
    }

    /// The lines behind the header.
    private static func lines(_ text: String) -> [String] {
        text.split(separator: "\n").dropFirst().map(String.init)
    }

    private let vault: Fixture
    private let snapshots: [StoredSnapshot]

    /// One vault for all who only read it.
    private static let shared = Result { try make() }

    init() throws { (vault, snapshots) = try Self.shared.get() }

    private static func make() throws -> (Fixture, [StoredSnapshot]) {
        let vault = try Fixture()
        let snapshots = [
            try vault.publish([[#"{"n":"first"}"#], rows, [#"{"n":"last"}"#]], Fixture.day(1)),
            try vault.publish([[#"{"n":"next"}"#]], Fixture.day(2)),
        ]
        return (vault, snapshots)
    }

    @Test func jobsHoldAPortionAtATime() throws {
        let plan = try RestorePlan(RestoreRequest(task: vault.task), snapshots: snapshots)
        var jobs = RestoreJobs(plan, PieceOpener(files: vault.files))
        var rows = 0
        var portions = 0
        while let job = try jobs.nextJob() {
            #expect(job.bytes <= 2 << 20)
            guard case .portion(let portion) = job.work else { continue }
            #expect(portion.rowsBefore == rows)
            rows += portion.rows
            portions += 1
        }
        #expect(rows == Self.rows.count)
        #expect(portions > 5)
    }

    @Test func rowsComeInTheirOrderAndAreCounted() async throws {
        let options = try RestoreOptions(format: .ndjson, columns: ["n"])
        let (text, receipt) = try await vault.restore(snapshots, options)
        let numbers = ["\"first\""] + Self.rows.indices.map { "\($0)" } + ["\"last\"", "\"next\""]
        #expect(text == numbers.map { "{\"n\":\($0)}\n" }.joined())
        #expect(receipt.uncompressedBytes == snapshots.reduce(0) { $0 + $1.uncompressedBytes })
    }

    @Test func rulesHoldAcrossPortions() async throws {
        let distinct = try RestoreOptions(columns: ["n"], rules: RowRules(dedupe: .init(columns: ["g"], keep: .last)))
        let (last, receipt) = try await vault.restore(snapshots, distinct)
        #expect(Self.lines(last) == (8000..<9000).map { "\($0)" } + ["next"])
        #expect(receipt.rowsDeduped == 8002)
        let chosen = try RestoreOptions(
            columns: ["n", "_window_from"], addsWindow: true, rules: RowRules(conditions: ["g=7"], limit: 8))
        let (some, _) = try await vault.restore(snapshots, chosen)
        #expect(
            Self.lines(some) == (0..<8).map { "\($0 * 1000 + 7),2013-01-01 00:00:00" })
        let drawn = try RestoreOptions(columns: ["n"], rules: RowRules(sample: .init(.rows(50))))
        let sample = try await vault.restore(snapshots, drawn)
        #expect(sample.receipt.rowsOut == 50)
        #expect(sample.text == (try await vault.restore(snapshots, drawn).text))
    }

    @Test func ofADamagedMemberNoRowGoesOut() async throws {
        let (vault, snapshots) = try Self.make()
        let path = try vault.archivePath(Fixture.day(1))
        var bytes = try vault.files.read(path, limit: 64 << 20)
        // In the member's checksum, behind all of its rows.
        let member = try #require(
            try Manifest.read(snapshots[0].manifestPath, files: vault.files).archive?.members[1])
        bytes[member.offset + member.bytes - 6] ^= 1
        try vault.files.write(bytes, to: path)
        let sink = MemorySink()
        let plan = try RestorePlan(RestoreRequest(task: vault.task), snapshots: snapshots)
        let options = try RestoreOptions(format: .ndjson)
        let error = await #expect(throws: RestoreError.self) {
            try await Restorer(files: vault.files).restore(plan, options, to: sink)
        }
        #expect(error?.code == .damaged)
        #expect(sink.isAbandoned)
        #expect(sink.bytes.count <= Array("{\"n\":\"first\"}\n".utf8).count)
    }
}
