import Archive
import RowJSON

/// The rows stored exactly at a window's end, which belong to the next window.
///
/// A server that counts both edges in answers them with the window's own rows; then they are taken out again, as a
/// multiset: first rows of the same bytes, then rows of the same value.
struct EdgeRows: Sendable {
    let rows: RowBlock
    /// Whether they were worked out from the account's word on how the server counts edges.
    var isAssumed = false

    /// `block` without these rows, or nil where `block` does not hold every one of them: something moved in between.
    ///
    /// - Complexity: O(*n* + *k*) for *n* rows in the block and *k* at the edge; the block is copied once.
    func removed(from block: RowBlock) throws -> RowBlock? {
        guard rows.count > 0 else { return block }
        var wanted = RowByteMultiset(rows)
        var taken = wanted.take(from: block)
        if wanted.count > 0 { taken = try takenByValue(wanted.rest, from: block, besides: taken) }
        guard taken.count == rows.count else { return nil }
        return block.removing(rowsAt: taken)
    }

    /// - Parameter wanted: the places of rows of which `block` has none of the same bytes.
    private func takenByValue(_ wanted: [Int], from block: RowBlock, besides taken: [Int]) throws -> [Int] {
        var values = RowMultiset()
        var scratch: [UInt8] = []
        for place in wanted {
            values.insert(try rows.withRow(place) { try RowMultiset.key(of: $0, scratch: &scratch) })
        }
        var taken = Set(taken)
        for index in 0..<block.count where values.count > 0 && !taken.contains(index) {
            if values.remove(try block.withRow(index) { try RowMultiset.key(of: $0, scratch: &scratch) }) {
                taken.insert(index)
            }
        }
        return taken.sorted()
    }
}
