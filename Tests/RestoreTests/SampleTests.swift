import Archive
import TestSupport
import Testing

@testable import Restore

@Suite struct SampleTests {
    private func vault(days: Int, rows: Int) throws -> (Fixture, [StoredSnapshot]) {
        let vault = try Fixture()
        let snapshots = try (1...days).map { day in
            try vault.publish(
                [
                    (0..<(rows / 2)).map { #"{"n":"\#(day)-\#($0)"}"# },
                    (rows / 2..<rows).map { #"{"n":"\#(day)-\#($0)"}"# },
                ],
                Fixture.day(day))
        }
        return (vault, snapshots)
    }

    private func draw(
        _ vault: Fixture, _ snapshots: [StoredSnapshot], _ text: String, seed: UInt64 = 0, width: Int = 3,
        memory: Int = 1 << 20
    ) async throws -> [Substring] {
        let sample = try #require(RowRules.Sample(text, seed: seed))
        let (csv, _) = try await vault.restore(
            snapshots, RestoreOptions(rules: RowRules(sample: sample)), width: width,
            spilling: Spilling(memory: memory))
        return Array(csv.split(separator: "\n").dropFirst())
    }

    @Test(arguments: ["10%", "100", "1"])
    func theSameRowsAreDrawnAgainWhateverTheWork(amount: String) async throws {
        let (vault, snapshots) = try vault(days: 4, rows: 250)
        let rows = try await draw(vault, snapshots, amount)
        #expect(try await draw(vault, snapshots, amount, width: 1, memory: 64) == rows)
        #expect(try await draw(vault, snapshots, amount, seed: 1) != rows)
        let all = try await draw(vault, snapshots, "100%")
        #expect(rows == all.filter { Set(rows).contains($0) }, "in the order archived")
    }

    @Test(arguments: [("1", 1), ("100", 100), ("1000", 1000), ("5000", 1000)])
    func aNumberDrawsSoManyOrAll(amount: String, count: Int) async throws {
        let (vault, snapshots) = try vault(days: 4, rows: 250)
        #expect(try await draw(vault, snapshots, amount, memory: 320).count == count)
    }

    @Test(arguments: [("1%", 20...80), ("50%", 2400...2600), ("99.9%", 4975...5000), ("100%", 5000...5000)])
    func aShareDrawsAboutSoMany(amount: String, range: ClosedRange<Int>) async throws {
        let (vault, snapshots) = try vault(days: 5, rows: 1000)
        #expect(range.contains(try await draw(vault, snapshots, amount).count))
    }

    @Test func aShareOfAPartIsAPartOfTheShare() async throws {
        let (vault, snapshots) = try vault(days: 4, rows: 250)
        let all = try await draw(vault, snapshots, "20%")
        let part = try await draw(vault, Array(snapshots[1..<3]), "20%")
        #expect(part == all.filter { $0.hasPrefix("2-") || $0.hasPrefix("3-") })
        let whole = Fixture.window("2013-01-01", "2013-01-05")
        try vault.merge((1...4).map(Fixture.day), into: whole)
        let path = vault.layout.path(try vault.address(whole).manifestPath)
        let merged = StoredSnapshot(try Manifest.read(path, files: vault.files), manifestPath: path)
        #expect(try await draw(vault, [merged], "20%") == all, "compaction changes nothing")
    }

    @Test(arguments: ["", "0", "-1", "x", "0%", "101%", "%", "1e3", "5 %", "+5", "1.5", "1.2.3%", "inf%"])
    func whatIsNoAmountIsRefused(text: String) {
        #expect(RowRules.Sample(text) == nil)
    }

    @Test(arguments: ["10%", "2.5%", "100", "0.001%"])
    func anAmountIsWrittenAsItIsRead(text: String) {
        #expect(RowRules.Sample(text)?.description == text)
    }

    @Test func aNumberOfRowsAndALimitExcludeEachOther() {
        let error = #expect(throws: RestoreError.self) { try RowRules(sample: .init(.rows(5)), limit: 3) }
        #expect(error?.code == .badOption)
        #expect(throws: Never.self) { try RowRules(sample: .init(.share(0.5)), limit: 3) }
    }
}

@Suite struct LimitTests {
    @Test(arguments: Sampling.quick(3, of: [0, 1, 39, 40, 41, 100, 119, 120, 121, 1000]), [1, 4])
    func theFirstRowsAreWrittenAndNoMore(limit: Int, width: Int) async throws {
        let vault = try Fixture()
        let snapshots = try (0..<3).map { day in
            try vault.publish(
                [(0..<15).map { #"{"n":"\#(day * 40 + $0)"}"# }, (15..<40).map { #"{"n":"\#(day * 40 + $0)"}"# }],
                Fixture.day(day + 1))
        }
        for format in [RestoreFormat.csv, .json] {
            let all = try await vault.restore(snapshots, RestoreOptions(format: format, columns: ["n"])).text
            let options = try RestoreOptions(format: format, columns: ["n"], rules: RowRules(limit: limit))
            let (text, receipt) = try await vault.restore(snapshots, options, width: width)
            if format == .csv {
                #expect(text == all.split(separator: "\n").prefix(limit + 1).map { $0 + "\n" }.joined())
            } else {
                #expect(text.filter { $0 == "{" }.count == min(limit, 120))
                #expect(text.hasSuffix("]\n"))
            }
            #expect(receipt.rowsOut == min(limit, 120))
            #expect(receipt.rowsIn == 120)
        }
    }

    @Test func ofWhatTheOtherRulesLetThrough() async throws {
        let vault = try Fixture()
        let padding = String(repeating: "x", count: 1000)
        let members = (0..<5).map { part in
            (0..<400).map { #"{"n":"\#(part * 400 + $0)","m":"\#($0 % 7)","p":"\#(padding)"}"# }
        }
        let snapshot = try vault.publish(members, Fixture.day(1))
        let options = try RestoreOptions(
            columns: ["n"], rules: RowRules(conditions: ["m=3"], dedupe: .init(columns: ["n"]), limit: 200))
        let (text, receipt) = try await vault.restore([snapshot], options)
        let wanted = (0..<2000).filter { $0 % 400 % 7 == 3 }.prefix(200)
        #expect(text == "n\n" + wanted.map { "\($0)\n" }.joined())
        #expect(receipt.rowsOut == 200)
    }
}
