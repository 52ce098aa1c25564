import Archive
import OctoparseAPI
import Records
import RowJSON
import StorageTime
import Vault

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
        var rows: Int?
        if configuration.proof == .oneAnswer {
            var digest = RowsDigest()
            var count = 0
            _ = try await pass(over: window, size: Self.otherSize(than: size)) { block in
                count += block.count
                block.forEachRow { digest.add(row: $0) }
            }
            expected = digest
            rows = count
        }
        var (edgeValues, isAssumed) = try await edgeValues(of: window, holding: rows)
        var digest = RowsDigest()
        var piece = Piece(edgeRows: edgeValues.count, isPaged: true, isAssumed: isAssumed)
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
    static func otherSize(than size: Int) -> Int { max(1, size - (size + 6) / 7) }

    /// The values of the rows stored at a window's end, page by page: there may be many, and only hashes are kept.
    ///
    /// - Parameter rows: how many rows the window holds, where that is known.
    private func edgeValues(of window: Window, holding rows: Int?) async throws -> (RowMultiset, isAssumed: Bool) {
        var values = RowMultiset()
        if let edge = try await edgeRows(at: window.to, atMost: 0) {
            try values.insert(contentsOf: edge.rows)
            return (values, edge.isAssumed)
        }
        let most: Int
        if let rows { most = rows } else { most = try await count(from: window.from, to: window.to).total }
        var (index, total) = (0, 0)
        repeat {
            index += 1
            let page = try await ask(from: window.to, to: window.to, index: index, size: configuration.pageSize)
            if index == 1 { total = page.total }
            guard total <= most else { throw unstable(window, "rows stored at its end are not among its own") }
            guard total <= Self.mostEdgeRows else {
                throw SnapshotError(
                    .tooMuch,
                    "task \(task): the server counts \(total) rows stored at \(window.to), and no more than "
                        + "\(Self.mostEdgeRows) can be told from those of the second before",
                    hint: "no window that ends there can be taken")
            }
            guard page.total == total, page.rows.count > 0 else {
                throw SnapshotError(.unstable, "task \(task): the rows stored at \(window.to) keep moving")
            }
            try values.insert(contentsOf: page.rows)
        } while values.count < total
        return (values, false)
    }

    /// A hash each: a gigabyte.
    private static let mostEdgeRows = 10_000_000

    private func pass(
        over window: Window, size: Int, _ body: (RowBlock) async throws -> Void
    ) async throws -> Int {
        let first = try await ask(from: window.from, to: window.to, index: 1, size: size)
        var read = first.rows.count
        var repaired = first.repaired
        try await body(first.rows)
        var pagesAsked = 1
        let pageCount = (first.total + size - 1) / size
        guard pageCount <= configuration.mostRequests else { throw tooMuch(window, first.total, pages: pageCount) }
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

    private func tooMuch(_ window: Window, _ total: Int, pages: Int) -> SnapshotError {
        SnapshotError(
            .tooMuch,
            "task \(task), window \(window): the server counts \(total) rows, which are \(pages) pages, and no more than "
                + "\(configuration.mostRequests) are asked for",
            hint: "if there are so many, raise the page size or take shorter windows")
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
