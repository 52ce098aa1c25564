import Archive
import Records
import RowJSON
import StorageTime
import TestSupport
import Testing

@testable import Restore

@Suite struct WindowColumnsTests {
    private static let from = "2013-01-01 00:00:00"
    private static let to = "2013-01-02 00:00:00"
    private static let taken = "2026-11-23T10:15:00Z"
    private static let archive =
        "vault_source=storage-time/vault_task=weather/vault_date=2013-01-01/20130101T000000_20130102T000000.r1.ndjson.gz"

    private func restore(
        _ vault: Fixture, _ snapshots: [StoredSnapshot], _ options: RestoreOptions
    ) async throws -> String {
        let request = RestoreRequest(task: vault.task, vault: vault.layout.root)
        return try await vault.restore(snapshots, options, request: request).text
    }

    @Test(
        arguments: [
            (
                RestoreFormat.csv, nil,
                "a,_window_from,_window_to,_captured_at,_archive\n1,\(from),\(to),\(taken),\(archive)\n"
                    + ",\(from),\(to),\(taken),\(archive)\n"
            ),
            (
                .csv, ["a"],
                "a,_window_from,_window_to,_captured_at,_archive\n1,\(from),\(to),\(taken),\(archive)\n,\(from),\(to),\(taken),\(archive)\n"
            ),
            (.tsv, ["_window_to", "a"], "_window_to\ta\n\(to)\t1\n\(to)\t\n"),
            (
                .ndjson, nil,
                #"{"a":1,"_window_from":"\#(from)","_window_to":"\#(to)","_captured_at":"\#(taken)","_archive":"\#(archive)"}"#
                    + "\n"
                    + #"{"_window_from":"\#(from)","_window_to":"\#(to)","_captured_at":"\#(taken)","_archive":"\#(archive)"}"#
                    + "\n"
            ),
            (
                .ndjson, ["_window_from", "a"],
                #"{"_window_from":"\#(from)","a":1}"# + "\n" + #"{"_window_from":"\#(from)"}"# + "\n"
            ),
            (
                .json, ["a", "_captured_at"],
                "[\n{\"a\":1,\"_captured_at\":\"\(taken)\"},\n{\"_captured_at\":\"\(taken)\"}\n]\n"
            ),
        ] as [(RestoreFormat, [String]?, String)])
    func everyRowTellsWhereItComesFrom(format: RestoreFormat, columns: [String]?, text: String) async throws {
        let vault = try Fixture()
        let snapshot = try vault.publish([[#"{"a":1}"#, "{}"]], Fixture.day(1))
        let options = try RestoreOptions(format: format, columns: columns.map { ColumnNames($0) }, addsWindow: true)
        #expect(try await restore(vault, [snapshot], options) == text)
    }

    @Test func rowsWithoutAnyColumnOfTheirOwnHaveTheWindowsAlone() async throws {
        let vault = try Fixture()
        let snapshot = try vault.publish([["{}"]], Fixture.day(1))
        let text = try await restore(vault, [snapshot], try RestoreOptions(addsWindow: true))
        #expect(
            text
                == "_window_from,_window_to,_captured_at,_archive\n\(Self.from),\(Self.to),\(Self.taken),\(Self.archive)\n"
        )
    }

    @Test func rowsOutOfOrderAndWideOnesHaveThemToo() async throws {
        let vault = try Fixture()
        let rows = [
            #"{"a":"1","b":"2"}"#, #"{"b":"3","a":"4"}"#, #"{"b":"\#(String(repeating: ",\"", count: 0))x,y"}"#,
        ]
        let snapshot = try vault.publish([rows], Fixture.day(1))
        let text = try await restore(
            vault, [snapshot], try RestoreOptions(columns: ["b", "_window_from", "a"], addsWindow: true))
        #expect(text == "b,_window_from,a\n2,\(Self.from),1\n3,\(Self.from),4\n\"x,y\",\(Self.from),\n")
    }

    @Test func rowsOfACompactedDayTellTheirOwnWindow() async throws {
        let vault = try Fixture()
        for day in 1...3 { try vault.publish([[#"{"a":"\#(day)"}"#], [#"{"a":"\#(day)b"}"#]], Fixture.day(day)) }
        let whole = Fixture.window("2013-01-01", "2013-01-04")
        try vault.merge((1...3).map(Fixture.day), into: whole)
        let path = vault.layout.path(try vault.address(whole).manifestPath)
        let snapshot = StoredSnapshot(try Manifest.read(path, files: vault.files), manifestPath: path)
        let options = try RestoreOptions(columns: ["a", "_window_from"], addsWindow: true)
        let expected =
            (1...3).map { "\($0),2013-01-0\($0) 00:00:00\n\($0)b,2013-01-0\($0) 00:00:00\n" }.joined()
        #expect(try await restore(vault, [snapshot], options) == "a,_window_from\n" + expected)
    }

    @Test func rowsOfACaptureHaveNoWindow() async throws {
        let vault = try Fixture()
        let address = SnapshotAddress(
            source: .all, task: try TaskID(vault.task), name: .capture(at: Fixture.capturedAt, sequence: 1))
        let snapshot = try vault.publish([[#"{"a":"1"}"#]], at: address)
        let options = try RestoreOptions(columns: ["a", "_window_from", "_captured_at"], addsWindow: true)
        let (text, _) = try await vault.restore(
            [snapshot], options, request: RestoreRequest(task: vault.task, source: .all))
        #expect(text == "a,_window_from,_captured_at\n1,,\(Self.taken)\n")
    }

    @Test func aClashWithARowsOwnKeyIsAnErrorThatPointsToRename() throws {
        for (format, adds) in [(RestoreFormat.csv, true), (.sqlite, false)] {
            let options = try RestoreOptions(format: format, addsWindow: adds)
            let error = #expect(throws: RestoreError.self) { try options.choice(among: ["a", "_window_to"]) }
            #expect(error?.code == .badColumn)
            #expect(error?.hint?.contains("--rename _window_to=") == true)
        }
        let renamed = try RestoreOptions(renames: ["_window_to=own"], addsWindow: true)
        #expect(try renamed.choice(among: ["a", "_window_to"]).names == ["a", "own"] + WindowColumns.names)
    }

    @Test func askedForWithoutTheOptionItPointsToIt() throws {
        let error = #expect(throws: RestoreError.self) { try ColumnChoice(all: ["a"], asked: ["_archive"]) }
        #expect(error?.hint?.contains("--add-window") == true)
    }
}

extension RestoreOptions {
    /// The columns chosen of rows that have these keys.
    fileprivate func choice(among names: [String]) throws(RestoreError) -> ColumnChoice {
        try ColumnChoice(
            keys: names.map { ColumnKey($0) }, asked: columns, renames: renames, window: windowColumns,
            foldsCase: format == .sqlite)
    }
}
