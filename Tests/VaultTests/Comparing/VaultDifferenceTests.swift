import Archive
import Foundation
import Records
import StorageTime
import TestSupport
import Testing

@testable import Vault

/// What two vaults have in common, and in what they differ, by their manifests alone.
@Suite struct VaultDifferenceTests {
    private static func diff(
        _ a: [ListedManifest], _ b: [ListedManifest], in range: Window? = nil
    ) throws -> VaultDifference {
        try VaultDifference(ListedRows(a), ListedRows(b), in: range)
    }

    private static func extents(_ stretches: [VaultDifference.Stretch]) -> [String] {
        stretches.map { "\($0.extent.from.suffix(8)) \($0.extent.to.suffix(8)) \($0.windows) \($0.rows)" }
    }

    @Test func whatIsTheSameIsOneStretch() throws {
        let hours = try (0..<5).map { try ListedManifest.hours($0, $0 + 1, rows: [$0, 7]) }
        let found = try Self.diff(hours, hours)
        #expect(found.isEqual)
        #expect(Self.extents(found.same) == ["00:00:00 05:00:00 5 10"])
    }

    @Test func windowsThatOneLacksAreNamedAsStretches() throws {
        let hours = try (0..<8).map { try ListedManifest.hours($0, $0 + 1, rows: [$0]) }
        let found = try Self.diff(Array(hours[0..<6]), Array(hours[2..<3] + hours[5..<8]))
        #expect(!found.isEqual)
        #expect(Self.extents(found.onlyA) == ["00:00:00 02:00:00 2 2", "03:00:00 05:00:00 2 2"])
        #expect(Self.extents(found.onlyB) == ["06:00:00 08:00:00 2 2"])
        #expect(Self.extents(found.same) == ["02:00:00 03:00:00 1 1", "05:00:00 06:00:00 1 1"])
        #expect(found.different.isEmpty)
    }

    @Test func otherRowsOfTheSameNumberAreADifference() throws {
        let found = try Self.diff([.hours(0, 1, rows: [1, 2])], [.hours(0, 1, rows: [1, 3])])
        #expect(found.different.map(\.reason) == [.rows])
        #expect(found.different.first?.a.rows == 2)
        #expect(found.different.first?.a.digest != found.different.first?.b.digest)
    }

    @Test func anotherOrderRevisionOrCountIsNoDifference() throws {
        let found = try Self.diff(
            [.hours(0, 1, rows: [1, 2])], [.hours(0, 1, rows: [2, 1], revision: 3, recheckedAt: testNow)])
        #expect(found.isEqual)
    }

    @Test func windowsCutOtherwiseAreComparedByTheirSums() throws {
        let small = try (0..<6).map { try ListedManifest.hours($0, $0 + 1, rows: [$0, $0 + 10]) }
        let large = try [
            ListedManifest.hours(0, 2, rows: [0, 10, 1, 11]), .hours(2, 3, rows: [12, 2]),
            .hours(3, 6, rows: [3, 4, 5, 13, 14, 16]),
        ]
        let found = try Self.diff(small, large)
        #expect(Self.extents(found.same) == ["00:00:00 03:00:00 3 6"])
        #expect(found.different.map(\.reason) == [.rows])
        #expect(
            found.different.first.map { [$0.extent.from, $0.extent.to] }?.map { $0.suffix(8) } == [
                "03:00:00", "06:00:00",
            ])
        #expect(found.different.first.map { [$0.a.windows, $0.b.windows, $0.a.rows, $0.b.rows] } == [3, 1, 6, 6])
    }

    @Test func aCompactedDayIsComparedWindowByWindow() throws {
        let hours = try (0..<4).map { try ListedManifest.hours($0, $0 + 1, rows: $0 == 2 ? [] : [$0]) }
        let day = try ListedManifest.compacted(0, [[0], [1], [], [9]])
        let found = try Self.diff(hours, [day])
        #expect(Self.extents(found.same) == ["00:00:00 03:00:00 3 2"])
        #expect(found.different.map(\.extent.from) == ["2026-11-01 03:00:00"])
        #expect(try Self.diff(hours, [.compacted(0, [[0], [1], [], [3]])]).isEqual)
    }

    @Test func aGapInACompactedDayIsMissingThere() throws {
        let hours = try (0..<3).map { try ListedManifest.hours($0, $0 + 1, rows: [$0]) }
        let found = try Self.diff(hours, [.compacted(0, [[0], nil, [2]])])
        #expect(Self.extents(found.onlyA) == ["01:00:00 02:00:00 1 1"])
        #expect(found.different.isEmpty && found.onlyB.isEmpty)
    }

    @Test(arguments: [[(0, 2), (3, 4)], [(0, 3)], [(1, 4)], [(0, 2), (2, 3)]])
    func windowsThatDoNotCoverTheSameTimeCannotBeTheSame(cuts: [(Int, Int)]) throws {
        let found = try Self.diff([.hours(0, 4, rows: [1])], cuts.map { try .hours($0.0, $0.1, rows: [1]) })
        #expect(found.different.map(\.reason) == [.coverage])
        #expect(found.same.isEmpty && found.onlyA.isEmpty && found.onlyB.isEmpty)
    }

    @Test func rowsThatOneHasPrunedAreADifference() throws {
        let kept = try ListedManifest.hours(0, 1, rows: [1])
        let pruned = try ListedManifest.hours(0, 1, rows: [1], state: .pruned)
        #expect(try Self.diff([kept], [pruned]).different.map(\.reason) == [.pruned])
        #expect(try Self.diff([pruned], [pruned]).isEqual)
    }

    @Test func capturesGoByTheirMoments() throws {
        let captures = try (0..<4).map { try ListedManifest.capture($0, rows: [$0]) }
        let found = try Self.diff(Array(captures[0..<3]), [captures[1], .capture(2, rows: [5]), captures[3]])
        #expect(found.onlyA.map(\.extent.from) == ["2026-11-23T10:00:00Z"])
        #expect(found.same.map(\.extent.to) == ["2026-11-23T10:00:01Z"])
        #expect(found.different.map(\.extent.from) == ["2026-11-23T10:00:02Z"])
        #expect(found.onlyB.map(\.extent.from) == ["2026-11-23T10:00:03Z"])
    }

    @Test func tasksAreToldApartWhateverTheirNamesOrder() throws {
        let names = ["a", "a-1", "a.b", "a_c", "b"]
        let all = try names.map { try ListedManifest.hours(0, 1, rows: [1], task: $0) }
        let found = try Self.diff(all, all.filter { $0.manifest.task.text != "a.b" })
        #expect(found.onlyA.map(\.task.text) == ["a.b"])
        #expect(found.same.count == 4 && found.onlyB.isEmpty)
    }

    @Test func damageIsADifferenceOfItsSide() throws {
        let hours = try [ListedManifest.hours(0, 1, rows: [1])]
        let damage = Damage(.manifestSHA256, "x", "x is damaged")
        let found = try VaultDifference(ListedRows(hours), ListedRows(hours, damaged: [damage]))
        #expect(!found.isEqual)
        #expect(found.damagedA.isEmpty && found.damagedB == [damage])
    }

    @Test func onlyTheRangeIsCompared() throws {
        let a = try (0..<4).map { try ListedManifest.hours($0, $0 + 1, rows: [$0]) }
        let b = try [ListedManifest.compacted(0, [[7], [1], [2], [8]])]
        #expect(try Self.diff(Array(a[1..<3]), b, in: window(1, 3)).isEqual)
    }

    /// The same rows on two random grids are equal; with one row changed, one stretch around it differs and nothing
    /// else.
    @Test(arguments: Sampling.quick(3, of: UInt64(1)...20))
    func exactlyTheStretchOfAChangedRowDiffers(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let rows = (0..<40).map { _ in Int.random(in: 0..<1000, using: &random) }
        func cut(_ rows: [Int]) throws -> [ListedManifest] {
            var edges = Set((1..<rows.count).filter { _ in Bool.random(using: &random) })
            edges.formUnion([0, 20, rows.count])
            let sorted = edges.sorted()
            return try zip(sorted, sorted.dropFirst()).map { try .hours($0, $1, rows: Array(rows[$0..<$1])) }
        }
        #expect(try Self.diff(cut(rows), cut(rows)).isEqual, "seed \(seed)")
        let place = Int.random(in: 0..<rows.count, using: &random)
        var changed = rows
        changed[place] += 1
        let found = try Self.diff(cut(rows), cut(changed))
        #expect(found.different.map(\.reason) == [.rows], "seed \(seed)")
        let hour = try window(place, place + 1)
        guard case .windows(let range)? = found.different.first?.extent else {
            Issue.record("no difference, seed \(seed)")
            return
        }
        #expect(range.contains(hour), "seed \(seed)")
        #expect(try (range.to <= window(20, 21).from) == (place < 20), "seed \(seed)")
        #expect(found.onlyA.isEmpty && found.onlyB.isEmpty, "seed \(seed)")
    }
}
