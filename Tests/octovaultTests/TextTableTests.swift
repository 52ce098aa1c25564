import Catalog
import Foundation
import Operations
import StorageTime
import Testing

@testable import octovault

@Suite struct TextTableTests {
    private static let table: TextTable = {
        var table = TextTable(columns: [.left("NAME"), .right("ROWS"), .right("LOST"), .left("ERROR")])
        table.rows = [["a", "1,000", "", ""], ["longer", "2", "", "two\nlines"]]
        return table
    }()

    @Test func columnsAreAlignedAndEmptyOnesLeftOut() {
        #expect(Self.table.lines() == ["NAME     ROWS  ERROR", "a       1,000", "longer      2  two\\u{a}lines"])
    }

    @Test func linesAreCutToTheScreen() {
        #expect(Self.table.lines(width: 18) == ["NAME     ROWS  ER…", "a       1,000", "longer      2  tw…"])
    }

    @Test(arguments: [(30, "A           B"), (11, "A")]) func whatThereIsNoRoomForIsLeftOut(width: Int, head: String) {
        // None of its columns may be cut.
        var table = TextTable(columns: [.left("A"), .left("B").optional, .left("C").optional])
        table.rows = [["aaaaaaaaaa", "bbbbbbbbbb", "cccccccccc"]]
        #expect(table.lines(width: width).first == head)
    }

    /// At the end, or in the middle where those that are alike at the beginning would look alike.
    @Test(arguments: [
        (["berlin-shop-prices", "munich-shop-prices", "c"], ["berlin-s…", "munich-s…", "c"]),
        (["shop-prices-berlin-001", "shop-prices-berlin-002"], ["shop…-001", "shop…-002"]),
        (["shop-prices-berlin-001-a", "shop-prices-munich-001-a"], ["shop-pri…", "shop-pri…"]),
        (["shop-prices-berlin-001", "shop-prices-berlin-001"], ["shop-pri…", "shop-pri…"]),
        (["ééééééééé1", "ééééééééé2"], ["éééé…ééé1", "éééé…ééé2"]),
    ])
    func valuesThatAreCutAreStillToldApartWhereTheyCanBe(values: [String], shown: [String]) {
        var table = TextTable(columns: [.flexible("TASK"), .right("ROWS")])
        table.rows = values.map { [$0, "1"] }
        let cut = table.lines(width: 15).dropFirst().map { $0.split(separator: " ").first.map(String.init) ?? "" }
        #expect(cut == shown)
    }

    @Test func aTableWithoutRowsHasNoColumns() {
        #expect(TextTable(columns: [.left("NAME")]).lines() == [""])
    }

    @Test(arguments: [
        (0, "0s"), (59, "59s"), (60, "1m"), (125, "2m 5s"), (3600, "1h"), (7265, "2h 1m"), (86_400, "1d"),
        (270_000, "3d 3h"),
    ])
    func anAgeIsToldInItsTwoLargestUnits(seconds: Int, text: String) {
        #expect(Seconds(seconds).rough == text)
    }
}

@Suite struct HistoryTableTests {
    @Test func aRunIsALineAndADocument() {
        let start = Date(timeIntervalSince1970: 1_795_428_000)
        var run = RunRecord(job: "weather", scheduledAt: start, startedAt: start.addingTimeInterval(1))
        #expect(
            RunRecord.table([run]).lines() == [
                "STARTED               JOB      OUTCOME", "2026-11-23T10:00:01Z  weather  running",
            ])
        run.id = 7
        run.finishedAt = start.addingTimeInterval(63)
        (run.sealed, run.rows, run.bytes, run.requests) = (1, 1500, 330_000, 4)
        run.outcome = "partial"
        run.firstError = "task a: gone"
        #expect(
            RunRecord.table([run]).lines() == [
                "STARTED               JOB      OUTCOME  TOOK  SEALED   ROWS    BYTES  REQUESTS  FIRST ERROR",
                "2026-11-23T10:00:01Z  weather  partial  1:02       1  1,500  330,000         4  task a: gone",
            ])
        // On a screen sizes have units, and what there is no room for is left out; the outcome never is.
        let screen = RunRecord.table([run], isForPeople: true)
        #expect(screen.lines().allSatisfy { !$0.contains("330,000") && !$0.contains("BYTES") })
        #expect(screen.lines(width: 60).allSatisfy { $0.count <= 60 })
        #expect(screen.lines(width: 60)[1].contains("partial") && screen.lines(width: 60)[1].contains("task a"))
        #expect(
            String(decoding: run.json.line, as: UTF8.self) == """
                {"id":7,"job":"weather","scheduled_at":"2026-11-23T10:00:00Z","started_at":"2026-11-23T10:00:01Z",\
                "finished_at":"2026-11-23T10:01:03Z","outcome":"partial","sealed":1,"empty":0,"unproven":0,"retaken":0,\
                "counted":0,"failed":0,"rows":1500,"bytes":330000,"requests":4,"least":0,"wasted":0,"retries":0,"first_error":"task a: gone"}
                """)
    }
}
