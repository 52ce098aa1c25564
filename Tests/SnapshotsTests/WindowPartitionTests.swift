import StorageTime
import Testing

@testable import Snapshots

@Suite struct WindowPartitionTests {
    @Test(arguments: [
        (86_400, 1001, 1000), (86_400, 5_000_000, 1000), (2, 1001, 1000), (7, 100, 3), (3600, 4, 3), (5, 2, 1),
        (1_000_000, 1_000_000_000, 1),
    ])
    func piecesJoinWithoutGapOrOverlapAndAreAtLeastTwo(seconds: Int, total: Int, capacity: Int) throws {
        let from = try StorageInstant(parsing: "2013-01-01")
        let window = try Window(from: from, to: from.advanced(by: seconds))
        let pieces = try #require(WindowPartition.pieces(of: window, total: total, capacity: capacity))
        #expect(pieces.count >= 2)
        #expect(pieces.first?.from == window.from)
        #expect(pieces.last?.to == window.to)
        #expect(zip(pieces, pieces.dropFirst()).allSatisfy { $0.to == $1.from })
        let lengths = pieces.map(\.seconds)
        // A cut beside a full minute makes one slice a second longer and its neighbour a second shorter.
        #expect((lengths.max() ?? 0) - (lengths.min() ?? 0) <= 3, "slices are of equal length")
    }

    @Test(arguments: [(86_400, 1001), (86_400, 100_000), (3600, 2000), (7 * 86_400, 12_345), (300, 1001)])
    func noCutFallsOnAFullMinute(seconds: Int, total: Int) throws {
        let from = try StorageInstant(parsing: "2013-01-01")
        let window = try Window(from: from, to: from.advanced(by: seconds))
        let pieces = try #require(WindowPartition.pieces(of: window, total: total, capacity: 1000))
        #expect(pieces.dropFirst().allSatisfy { $0.from.seconds % 60 != 0 })
    }

    @Test func secondsAreCutApartWhereverTheyFall() throws {
        let window = try Window(
            from: StorageInstant(parsing: "2013-01-01 00:00:59"), to: StorageInstant(parsing: "2013-01-01 00:01:01"))
        let pieces = try #require(WindowPartition.pieces(of: window, total: 2000, capacity: 1000))
        #expect(pieces.map(\.seconds) == [1, 1])
    }

    @Test func oneSecondCannotBeCut() throws {
        let from = try StorageInstant(parsing: "2013-01-01")
        #expect(
            WindowPartition.pieces(of: try Window(from: from, to: from.advanced(by: 1)), total: 2000, capacity: 1000)
                == nil)
    }

    @Test func moreRowsMakeMorePieces() throws {
        let from = try StorageInstant(parsing: "2013-01-01")
        let window = try Window(from: from, to: from.advanced(by: 86_400))
        let few = try #require(WindowPartition.pieces(of: window, total: 1500, capacity: 1000))
        let many = try #require(WindowPartition.pieces(of: window, total: 150_000, capacity: 1000))
        #expect(few.count == 2)
        #expect(many.count == 200)
    }
}
