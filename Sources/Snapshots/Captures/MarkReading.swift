import OctoparseAPI
import RowJSON
import StorageTime

/// What an answer says of unexported rows that were fetched before it, stored, and marked. Knows no server and no disk.
///
/// Rows carry no id, so that counts and bytes tell together. Of `n` rows fetched of `total`, `total - n` are left where
/// the mark took; each row above that either is not marked or has come since. The oldest rows are given first. So all
/// of the rows come again where no mark took, and the last of them, at the front of the answer, where a mark covered
/// what another program had fetched, which was less.
struct MarkReading: Sendable, Equatable {
    /// How many of the rows before are not marked: the last ones.
    let again: Int
    /// The answer's rows that are none of those before.
    let new: RowBlock
    /// Rows that became unexported since.
    let arrived: Int
    /// Rows that were marked and not fetched here. Rows that came at the same time hide as many.
    let lost: Int
    /// Whether those that come again may be others alike: they are one row, or some are the same.
    let isDoubtful: Bool

    /// - Parameters:
    ///   - before: in the order fetched.
    ///   - total: rows that were unexported when they were fetched, they themselves among them.
    init(_ page: Page, after before: RowBlock, of total: Int) {
        let left = max(0, total.subtracting(held: before.count))
        let excess = page.total.subtracting(held: left)
        let isDistinct = RowByteMultiset.isDistinct(before)
        if excess >= before.count, let rest = Self.rest(of: page.rows, ifAllOf: before) {
            again = before.count
            new = rest
        } else {
            again = isDistinct ? Self.tail(of: before, atStartOf: page.rows, atMost: excess) : 0
            new = again == 0 ? page.rows : page.rows.slice(min(again, page.rows.count)..<page.rows.count)
        }
        let difference = excess.subtracting(held: again)
        arrived = max(0, difference)
        lost = max(0, -difference)
        isDoubtful = again > 0 && (!isDistinct || before.count == 1)
    }

    /// The rows that are none of those before, where all of these come again, or nothing else does; nil elsewhere.
    private static func rest(of rows: RowBlock, ifAllOf before: RowBlock) -> RowBlock? {
        guard !rows.isEmpty else { return nil }
        var bag = RowByteMultiset(before)
        let known = bag.take(from: rows)
        guard bag.count == 0 || known.count == rows.count else { return nil }
        return rows.removing(rowsAt: known)
    }

    /// How many of the last of some rows, all different, an answer begins with, or is made of where it is shorter; not
    /// all of them.
    private static func tail(of before: RowBlock, atStartOf rows: RowBlock, atMost most: Int) -> Int {
        guard !rows.isEmpty, most > 0 else { return 0 }
        let first = rows.slice(0..<1)
        guard let place = (1..<max(1, before.count)).first(where: { before.slice($0..<$0 + 1) == first }),
            before.count - place <= most
        else { return 0 }
        let shared = min(before.count - place, rows.count)
        return before.slice(place..<place + shared) == rows.slice(0..<shared) ? before.count - place : 0
    }
}

extension RowByteMultiset {
    /// Whether no two rows have the same bytes.
    static func isDistinct(_ rows: RowBlock) -> Bool {
        var seen: Set<[UInt8]> = []
        return (0..<rows.count).allSatisfy { place in rows.withRow(place) { seen.insert(Array($0)).inserted } }
    }
}
