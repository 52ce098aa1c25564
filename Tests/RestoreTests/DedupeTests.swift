import Archive
import StorageTime
import TestSupport
import Testing

@testable import Restore

@Suite struct DedupeTests {
    @Test(
        arguments: [
            (nil, .first, "0 2 3 4 5 8"), (nil, .last, "1 2 3 6 7 8"), (["a"], .first, "0 3 4"),
            (["a"], .last, "2 7 8"),
            (["b"], .first, "0 2 3 5"), (["b", "a"], .first, "0 2 3 4 5 8"),
        ] as [([String]?, RowRules.Dedupe.Keep, String)])
    func ofRowsThatAreTheSameOneIsWritten(
        columns: [String]?, keep: RowRules.Dedupe.Keep, expected: String
    ) async throws {
        let rows = [
            #"{"a":"1","b":"x"}"#, #"{"b":"x","a":1}"#, #"{"a":"1","b":null}"#, #"{"a":"","b":""}"#,
            #"{"a":"2","b":"x"}"#, #"{"a":"2","b":"\u0078y"}"#, #"{"b":"xy","a":"2"}"#, #"{"a":"2","b":"x"}"#,
            #"{"a":""}"#,
        ]
        let tagged = rows.enumerated().map { number, row in row.dropLast() + #","n":"\#(number)"}"# }
        let vault = try Fixture()
        let snapshots = [
            try vault.publish(
                [Array(tagged[..<3]).map(String.init), Array(tagged[3..<5]).map(String.init)], Fixture.day(1)),
            try vault.publish([Array(tagged[5...]).map(String.init)], Fixture.day(2)),
        ]
        let options = try RestoreOptions(
            format: .tsv, columns: nil,
            rules: RowRules(dedupe: .init(columns: ColumnNames(columns ?? ["a", "b"]), keep: keep)))
        let (text, receipt) = try await vault.restore(snapshots, options)
        let numbers = text.split(separator: "\n").dropFirst().compactMap { $0.split(separator: "\t").last }
        #expect(numbers.joined(separator: " ") == expected)
        #expect(receipt.rowsDeduped == 9 - numbers.count)
    }

    @Test func wholeRowsAreWhatIsWrittenOfThem() async throws {
        let vault = try Fixture()
        let rows = [#"{"a":"1","b":"2"}"#, #"{"a":"1","b":"3"}"#, #"{"b":"2","a":"1"}"#]
        let snapshots = try (1...2).map { try vault.publish([rows], Fixture.day($0)) }
        let rules = try RowRules(dedupe: .init())
        #expect(try await vault.restore(snapshots, RestoreOptions(rules: rules)).text == "a,b\n1,2\n1,3\n")
        #expect(try await vault.restore(snapshots, RestoreOptions(columns: ["a"], rules: rules)).text == "a\n1\n")
        let windows = try RestoreOptions(columns: ["a", "_window_from"], addsWindow: true, rules: rules)
        #expect(
            try await vault.restore(snapshots, windows).text == "a,_window_from\n1,2013-01-01 00:00:00\n",
            "the window is not the row's own")
    }

    /// Against a plain model, with memory for eight rows, so that nearly everything is spilled.
    @Test(arguments: Sampling.quick(6, of: UInt64(1)...40))
    func keepsWhatAPlainModelKeepsHoweverLittleMemoryThereIs(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let vault = try Fixture()
        let kinds = Int.random(in: 1...200, using: &random)
        var rows: [(text: String, key: Int)] = []
        var snapshots: [StoredSnapshot] = []
        for day in 1...Int.random(in: 1...5, using: &random) {
            let members = (0..<Int.random(in: 1...3, using: &random)).map { _ in
                (0..<Int.random(in: 1...60, using: &random)).map { _ -> String in
                    let key = Int.random(in: 0..<kinds, using: &random)
                    rows.append((#"{"n":"\#(rows.count)","k":"\#(key)"}"#, key))
                    return rows[rows.count - 1].text
                }
            }
            snapshots.append(try vault.publish(members, Fixture.day(day)))
        }
        for keep in RowRules.Dedupe.Keep.allCases {
            let options = try RestoreOptions(
                format: .ndjson, rules: RowRules(dedupe: .init(columns: ["k"], keep: keep)))
            let (text, _) = try await vault.restore(
                snapshots, options, width: 3, spilling: Spilling(memory: 8 * 32))
            #expect(text == Self.model(rows, keep), "seed \(seed), \(keep)")
        }
    }

    private static func model(_ rows: [(text: String, key: Int)], _ keep: RowRules.Dedupe.Keep) -> String {
        var seen: Set<Int> = []
        let ordered = keep == .first ? Array(rows) : rows.reversed()
        let kept = ordered.filter { seen.insert($0.key).inserted }
        return (keep == .first ? kept : kept.reversed()).map { $0.text + "\n" }.joined()
    }

    @Test func rowsThatChangeBetweenThePassesAreNoticed() async throws {
        let vault = try Fixture()
        let snapshots = try (1...2).map { try vault.publish([[#"{"a":"\#($0)"}"#]], Fixture.day($0)) }
        // When the second day is compared, the first gets a new revision.
        let files = InterruptedFiles(vault.files, before: try vault.archivePath(Fixture.day(2))) {
            try vault.publish([[#"{"a":"1"}"#, #"{"a":"9"}"#]], Fixture.day(1))
        }
        let plan = try RestorePlan(RestoreRequest(task: vault.task), snapshots: snapshots)
        let sink = MemorySink()
        let error = await #expect(throws: RestoreError.self) {
            try await Restorer(files: files, width: 1).restore(
                plan, RestoreOptions(rules: RowRules(dedupe: .init())), to: sink)
        }
        #expect(error?.code == .changed)
        #expect(sink.isAbandoned)
    }

    @Test func damageIsFoundInTheFirstPass() async throws {
        let vault = try Fixture()
        let snapshot = try vault.publish([[#"{"a":"1"}"#]], Fixture.day(1))
        try vault.files.write([1, 2, 3], to: try vault.archivePath(Fixture.day(1)))
        let options = try RestoreOptions(rules: RowRules(dedupe: .init()))
        let error = await #expect(throws: RestoreError.self) { try await vault.restore([snapshot], options) }
        #expect(error?.code == .damaged)
    }

    @Test func aTemporaryFolderThatIsNoneIsNamed() async throws {
        let vault = try Fixture()
        let snapshot = try vault.publish([(0..<10).map { #"{"a":"\#($0)"}"# }], Fixture.day(1))
        let options = try RestoreOptions(rules: RowRules(dedupe: .init()))
        let error = await #expect(throws: RestoreError.self) {
            try await vault.restore([snapshot], options, spilling: Spilling(memory: 64, folder: "/no/such/folder"))
        }
        #expect(error?.code == .cannotWrite)
        #expect(error?.hint?.contains("TMPDIR") == true)
    }
}

@Suite struct ExternalSortTests {
    @Test(arguments: [0, 1, 7, 8, 9, 64, 65, 1000], [32, 256, 1 << 20])
    func recordsComeBackInOrder(count: Int, memory: Int) throws {
        var random = SeededGenerator(seed: UInt64(count))
        let records = (0..<count).map { place in
            RowRecord(key: (random.next() % 16, random.next() % 4), place: UInt64(place), lot: random.next())
        }
        var sort = ExternalSort(memory: memory, folder: SpillFile.defaultFolder)
        for record in records { try sort.add(record) }
        #expect(sort.isSpilled == (count > memory / 32))
        let sorted = try sort.finish()
        var all: [RowRecord] = []
        while let record = try sorted.next() { all.append(record) }
        #expect(all == records.sorted())
        #expect(Set(all.map(\.lot)) == Set(records.map(\.lot)))
        #expect(try sorted.next() == nil)
    }
}
