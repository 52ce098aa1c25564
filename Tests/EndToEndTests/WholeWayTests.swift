import Foundation
import Gzip
import Records
import Sandbox
import StorageTime
import TestSupport
import Testing

/// Back a task up, prove it, restore it: the built program against the sandbox over HTTP.
@Suite struct WholeWayTests {
    static let weather = TaskSpecification.weather.id
    static let range = ["--from", "2012-01-01", "--to", "2016-01-02", "--window", "30d"]

    @Test func whatTheServerHoldsIsSealedVerifiedAndRestored() async throws {
        try await withSandbox { baseURL, store in
            let program = try Program(baseURL: baseURL)
            let backfill = try await program.run(["backfill", Self.weather, "--json"] + Self.range)
            #expect(backfill.status == 0, "\(backfill.errors)")
            let summary = try backfill.json()
            #expect(summary["rows"] as? Int == 1461)
            #expect(summary["sealed"] as? Int == summary["windows"] as? Int)
            #expect(summary["failed"] as? Int == 0 && summary["failures"] as? [String] == [])

            let verify = try await program.run("verify", "--json")
            #expect(verify.status == 0)
            #expect(try verify.json()["rows"] as? Int == 1461)
            #expect(try verify.json()["damaged"] as? [String] == [])

            let restored = try await program.run("restore", Self.weather, "--format", "ndjson")
            #expect(restored.status == 0)
            #expect(multiset(restored.output) == store.multiset(of: Self.weather))
        }
    }

    @Test(arguments: GzipEngine.available)
    func whateverCompressedAnArchiveEveryMachineReadsIt(engine: GzipEngine) async throws {
        try await withSandbox { baseURL, store in
            var program = try Program(baseURL: baseURL)
            program.variables["OCTOVAULT_GZIP"] = engine.rawValue
            let backfill = try await program.run(["backfill", Self.weather] + Self.range)
            #expect(backfill.status == 0, "\(backfill.errors)")
            for reader in GzipEngine.available {
                program.variables["OCTOVAULT_GZIP"] = reader.rawValue
                let verify = try await program.run("verify", "--deep")
                #expect(verify.status == 0, "\(reader): \(verify.output)\(verify.errors)")
                let restored = try await program.run("restore", Self.weather, "--format", "ndjson")
                #expect(multiset(restored.output) == store.multiset(of: Self.weather), "\(reader)")
            }
        }
    }

    @Test func aSecondBackfillAsksForNothing() async throws {
        try await withSandbox { baseURL, store in
            let program = try Program(baseURL: baseURL)
            let first = try await program.run(["backfill", Self.weather, "--json"] + Self.range)
            #expect(first.status == 0, "\(first.errors)")
            store.resetStatistics()
            let second = try await program.run(["backfill", Self.weather, "--json"] + Self.range)
            #expect(second.status == 0)
            let summary = try second.json()
            #expect(summary["skipped"] as? Int == summary["windows"] as? Int)
            #expect(summary["requests"] as? Int == 0)
            #expect(store.log.isEmpty)
        }
    }

    @Test func aCommandThatHasEndedLeavesTheIndexAsOneFile() async throws {
        try await withSandbox { baseURL, _ in
            let program = try Program(baseURL: baseURL)
            let month = ["backfill", Self.weather, "--from", "2012-01-01", "--to", "2012-02-01", "--window", "1d"]
            let others = [
                ["verify"], ["verify", "--remote"], ["compact"], ["doctor"],
                ["restore", Self.weather, "-o", "\(program.folder.path)/rows.csv"],
            ]
            // Who lets go of the vault last, the command or what it had waited for, is a matter of chance: hence
            // several.
            for round in 0..<10 {
                for command in [month + ["--force"], others[round % others.count]] {
                    let outcome = try await program.run(command)
                    #expect(outcome.status == 0, "\(command) \(outcome.errors)")
                    let files = try FileManager.default.contentsOfDirectory(atPath: program.vault)
                    #expect(files.filter { $0.hasPrefix("catalog") } == ["catalog.sqlite"], "\(round): \(command)")
                }
            }
        }
    }

    @Test func aRestartDoesNotLogInAgain() async throws {
        try await withSandbox { baseURL, store in
            let program = try Program(baseURL: baseURL)
            #expect(try await program.run("tasks").status == 0)
            store.changePassword(to: "another")
            #expect(try await program.run("tasks").status == 0, "the token of the first run is still good")
        }
    }

    @Test func statusAndListTellWhatIsCovered() async throws {
        try await withSandbox { baseURL, _ in
            let program = try Program(baseURL: baseURL)
            _ = try await program.run(
                "backfill", Self.weather, "--from", "2012-01-01", "--to", "2012-02-01", "--window", "1d")
            _ = try await program.run(
                "backfill", Self.weather, "--from", "2012-03-01", "--to", "2012-03-02", "--window", "1d")
            let status = try await program.run("status", "--json")
            #expect(status.status == 65, "there is a gap")
            let line = try #require(try status.jsonLines().first)
            #expect(line["task"] as? String == Self.weather)
            #expect(line["source"] as? String == "storage-time")
            #expect(line["rows"] as? Int == 32)
            #expect(line["snapshots"] as? Int == 32)
            #expect(line["from"] as? String == "2012-01-01 00:00:00")
            #expect(line["to"] as? String == "2012-03-02 00:00:00")
            #expect(
                line["gaps"] as? [[String: String]]
                    == [["from": "2012-02-01 00:00:00", "to": "2012-03-01 00:00:00"]])
            let list = try await program.run("list", "--json", "--from", "2012-01-31")
            let manifests = try list.jsonLines()
            #expect(manifests.count == 2)
            #expect(manifests.allSatisfy { ($0["path"] as? String)?.hasSuffix(".manifest.json") == true })
            #expect(manifests.allSatisfy { $0["state"] as? String == "sealed" })
            let restore = try await program.run("restore", Self.weather)
            #expect(restore.status == 65)
            #expect(restore.output.isEmpty)
            let partial = try await program.run("restore", Self.weather, "--allow-gaps")
            #expect(partial.status == 0)
            #expect(partial.lines.count == 33)
        }
    }

    @Test func theArchivesAreGzipThatAnybodyCanRead() async throws {
        try await withSandbox { baseURL, store in
            let program = try Program(baseURL: baseURL)
            _ = try await program.run(["backfill", Self.weather] + Self.range)
            let list = try await program.run("list", "--files")
            var text: [UInt8] = []
            for file in list.lines {
                let bytes = try Data(
                    contentsOf: URL(fileURLWithPath: file, relativeTo: URL(fileURLWithPath: program.folder.path)))
                var decoder = try GzipDecoder()
                try Array(bytes).withUnsafeBytes { try decoder.feed($0) { text.append(contentsOf: $0) } }
                try decoder.finish()
            }
            #expect(multiset(String(decoding: text, as: UTF8.self)) == store.multiset(of: Self.weather))
        }
    }

    @Test func aRebuiltCatalogGivesTheSameAnswers() async throws {
        try await withSandbox { baseURL, _ in
            let program = try Program(baseURL: baseURL)
            _ = try await program.run(["backfill", Self.weather] + Self.range)
            let status = try await Self.coverage(program)
            let list = try await program.run("list", "--json").output
            #expect(try await program.run("catalog", "rebuild").status == 0)
            #expect(try await Self.coverage(program) == status)
            #expect(try await program.run("list", "--json").output == list)
            for name in try FileManager.default.contentsOfDirectory(atPath: program.vault)
            where name.hasPrefix("catalog.sqlite") {
                try FileManager.default.removeItem(atPath: "\(program.vault)/\(name)")
            }
            #expect(try await Self.coverage(program) == status)
        }
    }

    /// The status of every task, without the end of what is closed, which moves with the clock.
    private static func coverage(_ program: Program) async throws -> [String] {
        try await program.run("status", "--json").lines.map { line in
            try #require(line.range(of: ",\"open_from\"").map { String(line[..<$0.lowerBound]) })
        }
    }

    @Test(arguments: Sampling.pairs([IntervalConvention.closed, .halfOpen, .leftOpen], [false, true]))
    func theSameRowsComeBackUnderEveryConvention(convention: IntervalConvention, shuffles: Bool) async throws {
        var configuration = SandboxConfiguration(tasks: [TaskSpecification(id: "crowd")])
        configuration.bounds = convention
        configuration.shufflesTies = shuffles
        try await withSandbox(configuration) { baseURL, store in
            try Self.crowd(store)
            let program = try Program(baseURL: baseURL)
            let outcome = try await program.run(
                "backfill", "crowd", "--from", "2020-01-01", "--to", "2020-01-02", "--window", "1h", "--page-size",
                "50",
                "--json")
            #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
            let restored = try await program.run("restore", "crowd", "--format", "ndjson")
            #expect(multiset(restored.output) == store.multiset(of: "crowd"))
            #expect(try await program.run("verify", "--deep").status == 0)
        }
    }

    /// Rows on every edge of a grid of hours, many in the same second, many alike.
    static func crowd(_ store: SandboxStore) throws {
        let start = try StorageInstant(parsing: "2020-01-01")
        for number in 0..<600 {
            let at = start.advanced(by: number % 24 * 3600 + (number % 3 == 0 ? 0 : number * 5 % 3600))
            let row = number % 5 == 0 ? #"{"same":"row"}"# : #"{"n":"\#(number)","text":"a \"quote\", a\u000aline"}"#
            store.insert(task: "crowd", row: row, at: at)
        }
    }

    @Test func rowsThatTheCloudLostStayAndLateOnesAreAdded() async throws {
        try await withSandbox(SandboxConfiguration(), Self.loseAndAdd)
    }

    private static func loseAndAdd(_ baseURL: String, _ store: SandboxStore) async throws {
        let program = try Program(baseURL: baseURL)
        _ = try await program.run(["backfill", weather] + range)
        var expected = store.multiset(of: weather)
        let removed = try lose(store, before: "2012-06-01")
        #expect(removed > 100)
        let late = #"{"weather":"rainbow"}"#
        store.insert(task: weather, row: late, at: try StorageInstant(parsing: "2012-06-15 12:00:00"))
        expected[Array(late.utf8), default: 0] += 1
        let outcome = try await program.run(["backfill", weather, "--force", "--json"] + range)
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
        let restored = try await program.run("restore", weather, "--format", "ndjson")
        #expect(multiset(restored.output) == expected)
        #expect(try await program.run("verify", "--deep").status == 0)
        let status = try #require(try await program.run("status", "--json").jsonLines().first)
        #expect(status["kept"] as? Int == removed)
    }

    /// Has the cloud lose the weather before a day.
    private static func lose(_ store: SandboxStore, before day: String) throws -> Int {
        let end = StoredTime(try StorageInstant(parsing: day))
        return store.remove(task: weather) { row in row.time < end }
    }

    @Test func theDemoPlaysToItsEnd() async throws {
        let program = try Program()
        let outcome = try await program.run("demo", "there")
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
        #expect(outcome.output.contains("1,461 rows"))
        #expect(outcome.output.contains("0 damaged"))
        let csv = try String(contentsOfFile: "\(program.folder.path)/there/weather.csv", encoding: .utf8)
        #expect(
            csv.hasPrefix("date,precipitation,temp_max,temp_min,wind,weather\n2012/01/01,0.0,12.8,5.0,4.7,drizzle\n"))
        #expect(csv.split(separator: "\n").count == 1462)
        #expect(try await program.run("demo", "there").status == 0, "an earlier demo's folder is made anew")
    }

    private static let flights = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("../shared/data/flights.ndjson.gz").standardized.path

    @Test(.enabled(if: FileManager.default.fileExists(atPath: flights), "the flights' rows are not beside the project"))
    func aWeekOfRealFlightsGoesThroughUnharmed() async throws {
        // The file holds a year in the order of time: its beginning is enough.
        let folder = try TemporaryFolder()
        let cut = try await Program().shell(
            "sh", "-c", #"gzip -dc "$1" | head -n 7000 > "$2""#, "sh", Self.flights, "\(folder.path)/flights.ndjson")
        #expect(cut.status == 0, "\(cut.errors)")
        var configuration = SandboxConfiguration()
        configuration.tasks = [try TaskSpecification.parse("flights=\(folder.path)/flights.ndjson:time_hour")]
        try await withSandbox(configuration) { baseURL, store in
            let program = try Program(baseURL: baseURL)
            let outcome = try await program.run(
                "backfill", "flights", "--from", "2013-01-01", "--to", "2013-01-08", "--window", "1d", "--json")
            #expect(outcome.status == 0, "\(outcome.errors)")
            let restored = try await program.run("restore", "flights", "--format", "ndjson")
            let end = StoredTime(try StorageInstant(parsing: "2013-01-08"))
            var expected: [[UInt8]: Int] = [:]
            for row in store.rows(of: "flights") where row.time < end { expected[row.bytes, default: 0] += 1 }
            #expect(expected.values.reduce(0, +) < 7000, "the cut lies behind the week")
            #expect(multiset(restored.output) == expected)
        }
    }
}

/// How often each line occurs.
func multiset(_ text: String) -> [[UInt8]: Int] {
    text.utf8.split(separator: UInt8(ascii: "\n")).reduce(into: [:]) { $0[Array($1), default: 0] += 1 }
}
