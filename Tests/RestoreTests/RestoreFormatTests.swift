import Archive
import TestSupport
import Testing

@testable import Restore

@Suite struct RestoreFormatTests {
    @Test(
        arguments: [
            ("rows.csv", .csv, false), ("rows.CSV.GZ", .csv, true), ("rows.tsv", .tsv, false),
            ("rows.tab.gz", .tsv, true),
            ("rows.ndjson", .ndjson, false), ("rows.jsonl.gz", .ndjson, true), ("rows.json", .json, false),
            ("rows.db", .sqlite, false), ("rows.sqlite", .sqlite, false), ("rows.sqlite3", .sqlite, false),
            ("rows", nil, false), ("rows.txt", nil, false), ("rows.gz", nil, true), ("csv", nil, false),
            ("-", nil, false),
            ("", nil, false), (".csv", .csv, false),
        ] as [(String, RestoreFormat?, Bool)])
    func theEndingTellsTheFormat(name: String, format: RestoreFormat?, gzip: Bool) {
        let named = RestoreFormat.named(name)
        #expect(named.format == format)
        #expect(named.gzip == gzip)
    }

    @Test(
        arguments: [
            ("weather", nil, RestoreFormat.csv, false, "/out/weather.csv"),
            ("weather", "2013-01-01", .csv, true, "/out/weather_2013-01-01.csv.gz"),
            ("weather", "2013-01", .ndjson, false, "/out/weather_2013-01.ndjson"),
            ("a b", nil, .tsv, true, "/out/a%20b.tsv.gz"),
            ("../../etc/x", nil, .json, false, "/out/..%2F..%2Fetc%2Fx.json"),
            ("..", nil, .sqlite, false, "/out/%2E%2E.db"),
        ] as [(String, String?, RestoreFormat, Bool, String)])
    func aFileInAFolderIsNamedAfterItsTaskAndNeverLeavesIt(
        task: String, share: String?, format: RestoreFormat, gzip: Bool, path: String
    ) throws {
        let folder = try OutputFolder(path: "/out/", files: MemoryFiles())
        let options = try RestoreOptions(format: format, gzip: gzip)
        #expect(folder.path(task: try .init(task), share: share, options) == path)
    }
}
