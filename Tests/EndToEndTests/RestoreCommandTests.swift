import Foundation
import Gzip
import Sandbox
import StorageTime
import TestSupport
import Testing

/// What `restore` can write, by the built program.
@Suite struct RestoreCommandTests {
    private static let weather = WholeWayTests.weather

    /// A vault of January and February 2012, two windows, and of a second task with three rows.
    private func vault() async throws -> Program {
        let store = SandboxConfiguration(tasks: [.weather, TaskSpecification(id: "shop/1")])
        return try await withSandbox(store) { baseURL, store in
            for (day, row) in [(3, #"{"price":"1"}"#), (3, #"{"price":"1"}"#), (4, #"{"price":2,"stock":null}"#)] {
                store.insert(task: "shop/1", row: row, at: try StorageInstant(parsing: "2012-01-0\(day)"))
            }
            let program = try Program(baseURL: baseURL)
            let outcome = try await program.run(
                "backfill", Self.weather, "shop/1", "--from", "2012-01-01", "--to", "2012-03-01", "--window", "1d")
            #expect(outcome.status == 0, "\(outcome.errors)")
            return program
        }
    }

    private func text(_ program: Program, _ name: String) throws -> String {
        try String(contentsOfFile: "\(program.folder.path)/\(name)", encoding: .utf8)
    }

    private func unzipped(_ program: Program, _ name: String) throws -> String {
        let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: "\(program.folder.path)/\(name)")))
        var text: [UInt8] = []
        var decoder = try GzipDecoder()
        try bytes.withUnsafeBytes { try decoder.feed($0) { text.append(contentsOf: $0) } }
        try decoder.finish()
        return String(decoding: text, as: UTF8.self)
    }

    @Test func everyWayOutGivesTheSameRows() async throws {
        let program = try await vault()
        let csv = try await program.run("restore", Self.weather).output
        #expect(csv.split(separator: "\n").count == 61)

        #expect(try await program.run("restore", Self.weather, "-o", "rows.csv.gz").status == 0)
        #expect(try unzipped(program, "rows.csv.gz") == csv)

        let folder = try await program.run("restore", Self.weather, "shop/1", "-o", "out/", "--json")
        #expect(folder.status == 0, "\(folder.errors)")
        #expect(try text(program, "out/\(Self.weather).csv") == csv)
        #expect(try text(program, "out/shop%2F1.csv") == "price,stock\n1,\n1,\n2,\n")
        #expect(try folder.jsonLines().map { $0["rows_out"] as? Int } == [60, 3])

        let months = ["restore", Self.weather, "-o", "months/", "--split", "month", "--format", "csv", "--gzip"]
        #expect(try await program.run(months).status == 0)
        let (january, february) = (
            try unzipped(program, "months/\(Self.weather)_2012-01.csv.gz"),
            try unzipped(program, "months/\(Self.weather)_2012-02.csv.gz")
        )
        let header = "date,precipitation,temp_max,temp_min,wind,weather\n"
        #expect(january + february.dropFirst(header.count) == csv)

        #expect(try await program.run("restore", Self.weather, "shop/1", "-o", "rows.db").status == 0)
        let reader = SQLiteReader("\(program.folder.path)/rows.db")
        #expect(try reader.rows(#"SELECT price, stock FROM "shop/1""#) == [["1", nil], ["1", nil], ["2", nil]])
        let rows = try reader.rows(
            "SELECT date, precipitation, temp_max, temp_min, wind, weather FROM \"\(Self.weather)\"")
        #expect(header + rows.map { $0.map { $0 ?? "" }.joined(separator: ",") + "\n" }.joined() == csv)
        #expect(program.folder.allFiles().filter { $0.contains("partial") } == [])
    }

    /// The catalog was put back from a copy older than the files: what is there is restored, gaps or not.
    @Test func aRestoreOverGapsTakesWhatIsThereThoughTheCatalogIsOlder() async throws {
        try await withSandbox { baseURL, _ in
            let program = try Program(baseURL: baseURL)
            func backfill(_ from: String, _ to: String) async throws {
                let outcome = try await program.run("backfill", Self.weather, "--from", from, "--to", to)
                #expect(outcome.status == 0, "\(outcome.errors)")
            }
            let catalog = "\(program.vault)/catalog.sqlite"
            try await backfill("2012-01-01", "2012-01-03")
            let old = try Data(contentsOf: URL(fileURLWithPath: catalog))
            try await backfill("2012-01-05", "2012-01-07")
            for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: catalog + suffix) }
            try old.write(to: URL(fileURLWithPath: catalog))
            let range = [
                "restore", Self.weather, "--from", "2012-01-01", "--to", "2012-01-09", "--json", "-o", "r.csv",
            ]
            let refused = try await program.run(range)
            #expect(refused.status == 65 && refused.errors.contains("--allow-gaps"), "\(refused.errors)")
            let outcome = try await program.run(range + ["--allow-gaps"])
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(outcome.errors.contains("out of date for 2 folders"), "\(outcome.errors)")
            #expect(try outcome.json()["rows_out"] as? Int == 4)
            #expect(try text(program, "r.csv").split(separator: "\n").count == 5)
            let whole = try await program.run("restore", Self.weather, "--allow-gaps")
            #expect(whole.lines.count == 5, "\(whole.errors)")
        }
    }

    @Test func rulesAreAppliedInTheirOrderAndTold() async throws {
        let program = try await vault()
        let outcome = try await program.run(
            "restore", Self.weather, "--rename", "weather=sky", "--where", "sky!=sun", "--dedupe-by", "sky", "--keep",
            "last", "--limit", "2", "--columns", "sky,date,_window_from", "--add-window", "--receipt", "receipt.json")
        #expect(outcome.status == 0, "\(outcome.errors)")
        let all = try await program.run("restore", Self.weather, "--columns", "weather,date").lines.dropFirst()
        let days = all.map { $0.split(separator: ",").map(String.init) }.filter { $0[0] != "sun" }
        let last = Dictionary(days.map { ($0[0], $0[1]) }) { $1 }
        let expected = last.sorted { $0.value < $1.value }.prefix(2).map { sky, date in
            "\(sky),\(date),\(date.replacing("/", with: "-")) 00:00:00"
        }
        #expect(outcome.lines == ["sky,date,_window_from"] + expected)
        for said in ["left out by --where", "repeated others", "beyond --limit", "renamed weather=sky"] {
            #expect(outcome.errors.contains(said), "\(outcome.errors)")
        }
        let receipt = try #require(
            try JSONSerialization.jsonObject(with: Data(try text(program, "receipt.json").utf8)) as? [String: Any])
        let counts = ["rows_out", "rows_filtered", "rows_deduped", "rows_sampled_out", "rows_limited"]
        #expect(counts.compactMap { receipt[$0] as? Int }.reduce(0, +) == 60)
        #expect(receipt["rows_in"] as? Int == 60)
        #expect(receipt["keep"] as? String == "last")
    }

    @Test func oneTaskThatFailsDoesNotStopTheOthersUnlessTheyAreOneDatabase() async throws {
        let program = try await vault()
        let folder = try await program.run("restore", "nobody", "shop/1", "-o", "out/", "--json")
        #expect(folder.status == 64)
        #expect(folder.errors.contains("nobody"))
        #expect(try text(program, "out/shop%2F1.csv").hasPrefix("price,stock\n"))
        let failed = try #require(try folder.jsonLines().first)
        #expect(failed["failed"] as? Int == 1)
        #expect((failed["failures"] as? [[String: String]])?.first?["code"] == "unknown-task")
        let database = try await program.run("restore", "shop/1", "nobody", "-o", "rows.db")
        #expect(database.status == 64)
        let columns = try await program.run("restore", Self.weather, "shop/1", "-o", "rows.db", "--columns", "date")
        #expect(columns.status == 64)
        #expect(columns.errors.contains("task shop/1: no row has a column 'date'"), "\(columns.errors)")
        #expect(program.folder.allFiles().filter { $0.hasPrefix("rows.db") || $0.hasPrefix(".rows.db") } == [])
    }

    @Test(arguments: [
        ("--format xls", "xls"), ("--format parquet", "contrib/recipes"), ("-o rows.parquet", "contrib/recipes"),
        ("--format sqlite", "-o rows.db"), ("--split day", "-o rows/"), ("--split month -o rows.csv", "-o rows/"),
        ("--split day -o rows.db", "--split"), ("--split week -o rows/", "week"), ("-o rows.db.gz", "compressed"),
        ("-o rows.db --crlf", "--crlf"), ("-o rows.json --excel", "--excel"), ("second -o rows.csv", "-o rows/"),
        ("--keep last", "--dedupe"), ("--seed 1", "--sample"), ("--dedupe --dedupe-by a", "--dedupe-by"),
        ("--sample 0", "2.5%"), ("--sample 5 --limit 3", "--limit"), ("--limit=-1", "-1"),
        ("--where price", "column=value"), ("--rename price", "old=new"),
    ])
    func whatMakesNoSenseEndsWith64AndSaysWhatDoes(options: String, named: String) async throws {
        let program = try Program()
        let outcome = try await program.run(["restore", "first"] + options.split(separator: " ").map(String.init))
        #expect(outcome.status == 64, "\(outcome.errors)")
        #expect(outcome.errors.contains(named), "\(outcome.errors)")
        #expect(outcome.output.isEmpty)
        #expect(program.folder.allFiles() == [])
    }
}
