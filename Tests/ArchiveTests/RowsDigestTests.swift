import Archive
import Foundation
import TestSupport
import Testing

@Suite struct RowsDigestTests {
    private func digest(_ rows: [String]) -> RowsDigest {
        rows.reduce(into: RowsDigest()) { digest, row in
            Array(row.utf8).withUnsafeBytes { digest.add(row: $0) }
        }
    }

    /// sha256sum of `abc`, and its double, are known from elsewhere.
    @Test func oneRowIsItsHashAndTwoAreTheSum() {
        #expect(digest(["abc"]).hex == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(digest(["abc", "abc"]).hex == "74f02d7f1e039fd4828281bcbb5c44476006c3472c2ef5396821fec3e4002b5a")
        #expect(RowsDigest().hex == String(repeating: "0", count: 64))
    }

    @Test func theOrderOfRowsMakesNoDifferenceAndPartsAddUp() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            let rows = (0..<Int.random(in: 0...30, using: &random)).map { _ in
                "{\"n\":\(Int.random(in: 0...9, using: &random))}"
            }
            let cut = Int.random(in: 0...rows.count, using: &random)
            var sum = digest(Array(rows[..<cut]))
            sum.add(digest(Array(rows[cut...])))
            #expect(sum == digest(rows.shuffled(using: &random)), "seed \(seed)")
            sum.subtract(digest(Array(rows[cut...])))
            #expect(sum == digest(Array(rows[..<cut])), "seed \(seed)")
            #expect(RowsDigest(hex: sum.hex) == sum, "seed \(seed)")
        }
    }

    @Test func aRowMoreOrFewerOrOtherShows() {
        #expect(digest(["a", "b"]) != digest(["a"]))
        #expect(digest(["a", "a"]) != digest(["a"]))
        #expect(digest(["a", "b"]) != digest(["a", "c"]))
    }

    @Test func sumsWrapAtTheTop() throws {
        var digest = try #require(RowsDigest(hex: String(repeating: "f", count: 64)))
        let one = try #require(RowsDigest(hex: String(repeating: "0", count: 63) + "1"))
        digest.add(one)
        #expect(digest == RowsDigest())
        digest.subtract(one)
        #expect(digest.hex == String(repeating: "f", count: 64))
    }

    @Test(arguments: [
        "", "0", String(repeating: "0", count: 62), String(repeating: "A", count: 64),
        String(repeating: "g", count: 64),
    ])
    func textThatIsNoDigestIsRefused(text: String) {
        #expect(RowsDigest(hex: text) == nil)
    }

    @Test func rowHashesAreTakenOutOneByOne() {
        var all = digest(["a", "b"])
        all.subtract(RowHash(of: Array("b".utf8)))
        #expect(all == digest(["a"]))
        #expect(RowHash(of: [1]) != RowHash(of: [2]))
    }
}
