import Archive
import Foundation
import Records
import StorageTime
import Testing

@testable import Restore

@Suite struct RestorePlanTests {
    private func snapshot(
        _ window: Window, rows: Int = 10, state: SnapshotState? = nil, columns: [String] = ["a"],
        parts: [StoredSnapshot.Part] = []
    ) -> StoredSnapshot {
        StoredSnapshot(
            manifestPath: "/vault/\(window)", window: window, state: state ?? (rows == 0 ? .empty : .sealed),
            capturedAt: Fixture.capturedAt, rows: rows, uncompressedBytes: rows * 100, columns: columns, parts: parts)
    }

    private func makePlan(
        _ snapshots: [StoredSnapshot], from: String? = nil, to: String? = nil, widen: Bool = false,
        allowGaps: Bool = false
    ) throws -> RestorePlan {
        let request = RestoreRequest(
            task: "t", from: from.map(Fixture.instant), to: to.map(Fixture.instant), widen: widen, allowGaps: allowGaps)
        return try RestorePlan(request, snapshots: snapshots)
    }

    private let days = [Fixture.day(1), Fixture.day(2), Fixture.day(3)]

    @Test func windowsComeInTheirOrderWhateverTheSnapshots() throws {
        let plan = try makePlan([
            snapshot(days[2], columns: ["c", "a"]), snapshot(days[0], columns: ["a", "b"]), snapshot(days[1], rows: 0),
        ])
        #expect(plan.pieces.map(\.window) == [days[0], days[2]])
        #expect(plan.columns == ["a", "b", "c"])
        #expect(plan.range == Fixture.window("2013-01-01", "2013-01-04"))
        #expect(plan.windows == 3)
        #expect(plan.rows == 20)
    }

    @Test(
        arguments: [
            ("2013-01-01", "2013-01-04", 0..<3), ("2013-01-02", "2013-01-03", 1..<2), ("2013-01-02", nil, 1..<3),
            (nil, "2013-01-02", 0..<1),
        ] as [(String?, String?, Range<Int>)])
    func aRangeTakesItsWindows(from: String?, to: String?, expected: Range<Int>) throws {
        #expect(
            try makePlan(days.map { snapshot($0) }, from: from, to: to).pieces.map(\.window) == Array(days[expected]))
    }

    @Test func aWindowCutByTheRangeIsAnErrorThatNamesTheEdges() throws {
        let snapshots = days.map { snapshot($0) }
        let from = #expect(throws: RestoreError.self) { try makePlan(snapshots, from: "2013-01-01 12:00:00") }
        #expect(from?.code == .windowCut)
        #expect(
            from?.message
                == "--from 2013-01-01 12:00:00 cuts the window 2013-01-01 00:00:00 to 2013-01-02 00:00:00 of task t,"
                + " and rows carry no storage time")
        #expect(
            from?.hint
                == "the nearest edges are 2013-01-01 00:00:00 and 2013-01-02 00:00:00; --widen takes the whole window")
        let to = #expect(throws: RestoreError.self) {
            try makePlan(snapshots, from: "2013-01-01", to: "2013-01-02 00:00:01")
        }
        #expect(to?.message.hasPrefix("--to 2013-01-02 00:00:01 cuts the window 2013-01-02 00:00:00 to") == true)
    }

    @Test func wideningTakesTheWholeWindows() throws {
        let plan = try makePlan(
            days.map { snapshot($0) }, from: "2013-01-01 12:00:00", to: "2013-01-02 00:00:01", widen: true)
        #expect(plan.pieces.map(\.window) == Array(days[..<2]))
        #expect(plan.range == Fixture.window("2013-01-01", "2013-01-03"))
        #expect(plan.gaps == [])
    }

    @Test func aWindowWithoutRowsMayBeCut() throws {
        let plan = try makePlan([snapshot(days[0], rows: 0), snapshot(days[1])], from: "2013-01-01 12:00:00")
        #expect(plan.pieces.map(\.window) == [days[1]])
        #expect(plan.range?.from == Fixture.instant("2013-01-01 12:00:00"))
    }

    @Test func gapsAreAnErrorThatNamesThem() throws {
        let error = #expect(throws: RestoreError.self) {
            try makePlan([snapshot(days[0]), snapshot(days[2])], to: "2013-01-05")
        }
        #expect(error?.code == .gaps)
        #expect(
            error?.message
                == "task t has 2 gaps in the range 2013-01-01 00:00:00 to 2013-01-05 00:00:00:"
                + " 2013-01-02 00:00:00 to 2013-01-03 00:00:00; 2013-01-04 00:00:00 to 2013-01-05 00:00:00")
        #expect(error?.windows == [days[1], Fixture.day(4)])
    }

    @Test func gapsThatAreAllowedAreListed() throws {
        let plan = try makePlan([snapshot(days[0]), snapshot(days[2])], from: "2012-12-31", allowGaps: true)
        #expect(plan.gaps == [Fixture.window("2012-12-31", "2013-01-01"), days[1]])
        #expect(plan.pieces.count == 2)
    }

    @Test func aRangeBeyondAllWindowsIsAGap() {
        let error = #expect(throws: RestoreError.self) {
            try makePlan([snapshot(days[0])], from: "2014-01-01", to: "2014-01-02")
        }
        #expect(error?.windows == [Fixture.window("2014-01-01", "2014-01-02")])
        #expect(throws: RestoreError.self) { try makePlan([snapshot(days[0])], from: "2014-01-01") }
        #expect(throws: RestoreError.self) { try makePlan([snapshot(days[0])], to: "2012-01-01") }
    }

    @Test func aRangeThatEndsBeforeItBeginsIsRefused() {
        let error = #expect(throws: RestoreError.self) {
            try makePlan([snapshot(days[0])], from: "2013-01-02", to: "2013-01-01")
        }
        #expect(error?.code == .badOption)
    }

    @Test func prunedRowsAreMissingAndUnprovenWindowsAreListed() throws {
        let snapshots = [
            snapshot(days[0], state: .pruned), snapshot(days[1], rows: 0, state: .unproven), snapshot(days[2]),
        ]
        let error = #expect(throws: RestoreError.self) { try makePlan(snapshots) }
        #expect(error?.code == .gaps)
        #expect(error?.windows == [days[0]])
        let plan = try makePlan(snapshots, allowGaps: true)
        #expect(plan.pieces.map(\.window) == [days[2]])
        #expect(plan.gaps == [])
        #expect(plan.pruned == [days[0]])
        #expect(plan.unproven == [days[1]])
    }

    @Test func overlappingSnapshotsAreDamage() {
        let error = #expect(throws: RestoreError.self) {
            try makePlan([snapshot(days[0]), snapshot(Fixture.window("2013-01-01 23:00:00", "2013-01-02 01:00:00"))])
        }
        #expect(error?.code == .overlap)
    }

    @Test func nothingArchivedIsAnErrorOfItsOwn() {
        let error = #expect(throws: RestoreError.self) { try makePlan([]) }
        #expect(error?.code == .nothingArchived)
        #expect(error?.message == "nothing of task t from storage-time is archived")
    }

    @Test func partsOfACompactedSnapshotAreTakenAlone() throws {
        let hours = (0..<3).map { hour in
            StoredSnapshot.Part(
                window: Fixture.window("2013-01-01 0\(hour):00:00", "2013-01-01 0\(hour + 1):00:00"),
                state: hour == 1 ? .empty : .sealed,
                rows: hour == 1 ? 0 : 5)
        }
        let compacted = snapshot(Fixture.window("2013-01-01", "2013-01-01 03:00:00"), rows: 10, parts: hours)
        let whole = try makePlan([compacted])
        #expect(whole.pieces.map(\.window) == [compacted.window])
        #expect(whole.windows == 3)
        let last = try makePlan([compacted], from: "2013-01-01 01:30:00")
        #expect(last.pieces.map(\.window) == [hours[2].window])
        #expect(last.rows == 5)
        #expect(throws: RestoreError.self) { try makePlan([compacted], from: "2013-01-01 00:30:00") }
    }

    @Test func theNewestCaptureIsTakenUnlessOneIsNamed() throws {
        func capture(_ stem: String, _ offset: Double) -> StoredSnapshot {
            var capture = snapshot(days[0])
            capture.window = nil
            capture.manifestPath = "/vault/_\(stem).manifest.json"
            capture.capturedAt = Date(timeIntervalSince1970: 1_795_428_900 + offset)
            return capture
        }
        let captures = [
            capture("20261123T101500Z-1", 0), capture("20261123T101500Z-10", 0), capture("20261123T101500Z-9", 0),
            capture("20261122T101500Z-1", -86_400),
        ]
        func path(_ choice: CaptureChoice) throws -> String? {
            try RestorePlan(RestoreRequest(task: "t", source: .all, capture: choice), snapshots: captures).pieces.first?
                .manifestPath
        }
        #expect(try path(.newest) == captures[1].manifestPath)
        #expect(try path(#require(CaptureChoice("2026-11-22T10:15:00Z"))) == captures[3].manifestPath)
        #expect(try path(#require(CaptureChoice("20261123T101500Z"))) == captures[1].manifestPath)
        #expect(try path(#require(CaptureChoice("2026-11-23T10:15:00Z-9"))) == captures[2].manifestPath)
        let error = #expect(throws: RestoreError.self) { try path(#require(CaptureChoice("20261123T101501Z"))) }
        #expect(error?.code == .noSuchCapture)
        // Batches of unexported rows follow each other, so all are wanted, oldest first.
        let batches = try RestorePlan(RestoreRequest(task: "t", source: .unexported), snapshots: captures)
        #expect(batches.pieces.map(\.manifestPath) == [3, 0, 2, 1].map { captures[$0].manifestPath })
        #expect(batches.capturedAt == captures[1].capturedAt)
        #expect(batches.windows == 4)
    }

    @Test(arguments: ["", "2026-11-23", "yesterday", "20261123T101500Z-0", "20261123T101500Z-x", "2026-11-23 10:15:00"])
    func whatIsNoMomentNamesNoCapture(text: String) {
        #expect(CaptureChoice(text) == nil)
    }

    @Test func capturesHaveNoRange() {
        var capture = snapshot(days[0])
        capture.window = nil
        let request = RestoreRequest(task: "t", source: .all, from: .earliest)
        let error = #expect(throws: RestoreError.self) { try RestorePlan(request, snapshots: [capture]) }
        #expect(error?.code == .badOption)
    }
}
