import Archive
import OctoparseAPI
import Records
import RowJSON
import StorageTime

extension WindowReader {
    /// Pages through a window that cannot be cut, or must not be, and delivers its rows page by page.
    ///
    /// With proof `one-answer` a first pass at another page size is read for its digest alone, and the pass that is
    /// delivered must agree with it. With proof `totals` there is one pass, under a total that does not move.
    ///
    /// - Parameter size: the rows to ask for in a page, at most the page size.
    /// - Throws: ``SnapshotError/Code/unstable`` where passes differ; rows delivered by then are to be discarded.
    func readPaged(
        _ window: Window, size: Int, deliver: (RowBlock) async throws -> Void
    ) async throws -> Piece {
        var expected: RowsDigest?
        if configuration.proof == .oneAnswer {
            var digest = RowsDigest()
            _ = try await pass(over: window, size: Self.otherSize(than: size)) { block in
                block.forEachRow { digest.add(row: $0) }
            }
            expected = digest
        }
        let edge = try await edgeRows(at: window.to)
        var edgeValues = RowMultiset()
        try edgeValues.insert(contentsOf: edge.rows)
        var digest = RowsDigest()
        var piece = Piece(edgeRows: edge.rows.count, isPaged: true, isAssumed: edge.isAssumed)
        piece.repaired = try await pass(over: window, size: size) { block in
            block.forEachRow { digest.add(row: $0) }
            let kept = try Self.removing(&edgeValues, from: block)
            piece.rows += kept.count
            if kept.count > 0 { try await deliver(kept) }
        }
        guard expected == nil || expected == digest else {
            throw unstable(window, "two passes over its pages gave different rows")
        }
        guard edgeValues.count == 0 else {
            throw unstable(window, "rows stored at its end are not among its own")
        }
        return piece
    }

    /// A second page size, so that a page boundary that loses or repeats a row does not fall on the same row twice.
    private static func otherSize(than size: Int) -> Int {
        size > 1 ? size - (size + 6) / 7 : 1
    }

    private func pass(
        over window: Window, size: Int, _ body: (RowBlock) async throws -> Void
    ) async throws -> Int {
        let first = try await ask(from: window.from, to: window.to, index: 1, size: size)
        var read = first.rows.count
        var repaired = first.repaired
        try await body(first.rows)
        var pagesAsked = 1
        let pageCount = (first.total + size - 1) / size
        try await OrderedPipeline.run(
            width: configuration.concurrency,
            next: {
                guard pagesAsked < pageCount else { return nil }
                pagesAsked += 1
                return pagesAsked
            },
            work: { index in try await ask(from: window.from, to: window.to, index: index, size: size) },
            deliver: { _, page in
                guard page.total == first.total else {
                    throw unstable(window, "its total moved from \(first.total) to \(page.total) between pages")
                }
                read += page.rows.count
                repaired += page.repaired
                try await body(page.rows)
            })
        guard read == first.total else {
            throw unstable(window, "its pages hold \(read) rows, not \(first.total)")
        }
        return repaired
    }

    private static func removing(_ edge: inout RowMultiset, from block: RowBlock) throws -> RowBlock {
        guard edge.count > 0 else { return block }
        var taken: [Int] = []
        var scratch: [UInt8] = []
        for index in 0..<block.count where edge.count > 0 {
            let key = try block.withRow(index) { try RowMultiset.key(of: $0, scratch: &scratch) }
            if edge.remove(key) { taken.append(index) }
        }
        return block.removing(rowsAt: taken)
    }
}
