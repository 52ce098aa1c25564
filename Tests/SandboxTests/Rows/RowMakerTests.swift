import Foundation
import HTTPTypes
import Sandbox
import StorageTime
import TestSupport
import Testing

@Suite struct RowMakerTests {
    private let start = RowRecipe.from
    private let end = RowRecipe.to

    private func names(_ rows: [StoredRow]) -> [String] {
        rows.compactMap { Received(status: 200, headers: [:], bytes: $0.bytes).text("n") }
    }

    @Test func aBurstIsOneSecondOfRowsThatDiffer() throws {
        var maker = RowMaker(seed: 5)
        maker.burst(2500, at: try stored("2013-01-01 10:00:00.7"))
        maker.burst(10, at: try stored("2013-01-01 10:00:01.9"), fractions: false)
        let seconds = Dictionary(grouping: maker.rows) { $0.time.milliseconds / 1000 }
        #expect(seconds.values.map(\.count).sorted() == [10, 2500])
        #expect(Set(maker.rows.map(\.bytes)).count == 2510)
        #expect(Set(maker.rows.prefix(2500).map(\.time)).count > 500)
        #expect(Set(maker.rows.suffix(10).map(\.time.description)) == ["2013-01-01 10:00:01"])
    }

    @Test func edgesHaveRowsOnThemAndJustBefore() throws {
        var maker = RowMaker()
        maker.onEdges(every: 3600, from: start, to: try stored("2013-01-01 02:00:00"), rows: 2)
        #expect(
            maker.rows.map(\.time.description) == [
                "2013-01-01 00:00:00", "2013-01-01 00:00:00", "2013-01-01 00:59:59.999", "2013-01-01 01:00:00",
                "2013-01-01 01:00:00", "2013-01-01 01:59:59.999", "2013-01-01 02:00:00", "2013-01-01 02:00:00",
            ])
        #expect(Set(names(maker.rows)).count == 8)
    }

    @Test func identicalRowsAreAlikeAndUnlikeAllOthers() {
        var maker = RowMaker()
        maker.identical(30, from: start, to: end, instants: 7)
        maker.identical(2, from: start, to: end)
        maker.spread(3, from: start, to: end)
        let counts = maker.rows.reduce(into: [:]) { $0[$1.bytes, default: 0] += 1 }
        #expect(counts.values.sorted() == [1, 1, 1, 2, 30])
        #expect(Set(maker.rows.prefix(30).map(\.time)).count <= 7)
    }

    @Test func keysDrift() throws {
        var maker = RowMaker(seed: 2)
        maker.drifting(300, from: start, to: end)
        let keys = try maker.rows.map { row in
            Set(try #require(try JSONSerialization.jsonObject(with: Data(row.bytes)) as? [String: String]).keys)
        }
        #expect(Set(keys).count > 50)
        #expect(keys.first?.isDisjoint(with: keys.last?.subtracting(["n"]) ?? []) == true)
        let all = keys.reduce(into: Set<String>()) { $0.formUnion($1) }
        #expect(Set(all.map { $0.lowercased() }).count < all.count)
    }

    @Test func hostileRowsAreJSONOnOneLineWithoutSpaceBetweenTokens() throws {
        // By bytes: as texts, an accent apart from its letter equals one that is not.
        #expect(Set(HostileRows.exact.map { Array($0.utf8) }).count == HostileRows.exact.count)
        for row in HostileRows.exact {
            #expect(!row.utf8.contains { $0 < 0x20 }, "\(row.prefix(80))")
            #expect(row.hasPrefix("{") && row.hasSuffix("}"))
            #expect(Self.spaceBetweenTokens(row) == false, "\(row.prefix(80))")
        }
        for row in HostileRows.altered {
            #expect(row.utf8.contains { $0 < 0x20 } || Self.spaceBetweenTokens(row))
        }
    }

    private static func spaceBetweenTokens(_ json: String) -> Bool {
        var isText = false
        var isEscaped = false
        for byte in json.utf8 {
            if isText {
                if byte == UInt8(ascii: "\""), !isEscaped { isText = false }
                isEscaped = byte == UInt8(ascii: "\\") && !isEscaped
            } else {
                if [9, 10, 13, 32].contains(byte) { return true }
                isText = byte == UInt8(ascii: "\"")
            }
        }
        return false
    }

    @Test(arguments: RowRecipe.allCases) func aRecipeMakesTheSameRowsForTheSameSeed(recipe: RowRecipe) {
        let rows = recipe.rows(seed: 4)
        #expect(rows.count >= 100)
        #expect(rows == recipe.rows(seed: 4))
        #expect(rows != recipe.rows(seed: 5))
        #expect(rows.allSatisfy { $0.time >= RowRecipe.from && $0.time <= RowRecipe.to })
    }

    /// Every row of a recipe, byte by byte, through pages of a size that cuts seconds in two.
    @Test(arguments: Sampling.quick(2, of: RowRecipe.allCases)) func aRecipeIsServedByteByByte(recipe: RowRecipe)
        async throws
    {
        let configuration = SandboxConfiguration(tasks: [TaskSpecification(id: "t", rows: .recipe(recipe, seed: 6))])
        try await withSandbox(configuration) { url, store in
            let visitor = try await Visitor.loggedIn(url)
            let expected = store.multiset(of: "t")
            #expect(expected == recipe.rows(seed: 6).reduce(into: [:]) { $0[$1.bytes, default: 0] += 1 })
            var served: [[UInt8]] = []
            var index = 1
            while served.count < store.rowCount(of: "t") ?? 0, index < 1000 {
                let bytes = try await visitor.get("/api/alldata?taskid=t&pageindex=\(index)&pagesize=701").bytes
                let list = try #require(bytes.firstRange(of: Array(#""dataList":["#.utf8)))
                let page = Array(bytes[list.upperBound...].dropLast(#"]},"error":"success"}"#.utf8.count))
                let rows = store.rows(of: "t").dropFirst(701 * (index - 1)).prefix(701).map(\.bytes)
                #expect(page == Array(rows.joined(separator: [UInt8(ascii: ",")])))
                served += rows
                index += 1
            }
            #expect(served.reduce(into: [:]) { $0[$1, default: 0] += 1 } == expected)
        }
    }
}
