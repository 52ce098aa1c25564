import OctoparseAPI
import RowJSON
import TestSupport
import Testing

@testable import Snapshots

/// What an answer says of rows that were fetched, stored and marked before it.
@Suite struct MarkReadingTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let what: String
        let before: [Int]
        let total: Int
        let after: [Int]
        let left: Int
        var again = 0
        var arrived = 0
        var lost = 0
        var isDoubtful = false

        var testDescription: String { what }
    }

    static let cases = [
        Case(what: "marked", before: [0, 1, 2], total: 5, after: [3, 4], left: 2),
        Case(what: "marked, nothing left", before: [0, 1, 2], total: 3, after: [], left: 0),
        Case(what: "not marked", before: [0, 1, 2], total: 5, after: [0, 1, 2, 3], left: 5, again: 3),
        Case(
            what: "not marked, and others came", before: [0, 1, 2], total: 3, after: [0, 1, 2, 3, 4], left: 5,
            again: 3, arrived: 2),
        Case(what: "not marked, a short answer", before: [0, 1, 2], total: 5, after: [0, 1], left: 5, again: 3),
        Case(what: "not marked, in another order", before: [0, 1, 2], total: 3, after: [2, 0, 1], left: 3, again: 3),
        Case(
            what: "marked as far as another program had fetched", before: [0, 1, 2, 3, 4], total: 9,
            after: [2, 3, 4, 5, 6], left: 7, again: 3),
        Case(
            what: "the same, a short answer", before: [0, 1, 2, 3, 4], total: 9, after: [2, 3], left: 7, again: 3),
        Case(
            what: "the same, and others came", before: [0, 1, 2, 3, 4], total: 5, after: [4, 5, 6], left: 3, again: 1,
            arrived: 2),
        Case(what: "marked further than fetched", before: [0, 1, 2], total: 9, after: [7, 8], left: 2, lost: 4),
        Case(
            what: "marked, and the next rows are those of the day before again", before: [0, 1, 2], total: 6,
            after: [0, 1, 2], left: 3),
        Case(
            what: "marked, the day before again, and others came", before: [0, 1, 2], total: 6, after: [0, 1, 2, 3],
            left: 4, arrived: 1),
        Case(what: "all alike, marked", before: [7, 7, 7], total: 9, after: [7, 7, 7], left: 6),
        Case(what: "all alike, marked, others came", before: [7, 7, 7], total: 3, after: [7, 7], left: 2, arrived: 2),
        Case(
            what: "all alike, not marked or as many came", before: [7, 7, 7], total: 3, after: [7, 7, 7], left: 3,
            again: 3, isDoubtful: true),
        Case(
            what: "one row, the same or another", before: [7], total: 1, after: [7], left: 1, again: 1,
            isDoubtful: true),
        Case(what: "one row, another", before: [7], total: 1, after: [8], left: 1, arrived: 1),
    ]

    @Test(arguments: cases) func countsAndBytesTellTogether(_ play: Case) {
        let page = Page(total: play.left, rows: block(Self.texts(play.after)))
        let reading = MarkReading(page, after: block(Self.texts(play.before)), of: play.total)
        #expect(reading.again == play.again && reading.isDoubtful == play.isDoubtful)
        #expect(reading.arrived == play.arrived && reading.lost == play.lost)
        let known = Set(play.before.suffix(play.again))
        let new = play.after.filter { number in !known.contains(number) }
        #expect(lines(reading.new) == Self.texts(play.again > 0 ? new : play.after))
    }

    private static func texts(_ numbers: [Int]) -> [String] { numbers.map { #"{"n":"\#($0)"}"# } }
}
