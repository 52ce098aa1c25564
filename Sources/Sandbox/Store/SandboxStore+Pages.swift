import Gzip
import NIOCore
import Records
import StorageTime

extension SandboxStore {
    /// What was found under the lock: a finished page, or one to compress and keep.
    private enum Found: Sendable {
        case finished(ByteBuffer)
        case plain(ByteBuffer, PageCache.Key?)
        case noSuchTask
    }

    /// Answers a query; unexported rows are marked exported by that.
    ///
    /// - Returns: nil where there is no such task.
    /// - Complexity: two binary searches and one copy of the rows; a page asked for again costs neither.
    func page(_ query: DataQuery, shape: PageShape = PageShape(), compressed: Bool = false) -> PageBody? {
        switch withState({ Self.find(query, shape: shape, compressed: compressed, in: &$0) }) {
        case .noSuchTask: return nil
        case .finished(let body): return PageBody(bytes: body, isCompressed: compressed)
        case .plain(let plain, let key):
            let body = compressed ? Self.compress(plain) : plain
            if let key { withState { $0.cache.keep(body ?? plain, for: key) } }
            return PageBody(bytes: body ?? plain, isCompressed: compressed && body != nil)
        }
    }

    private static func find(
        _ query: DataQuery, shape: PageShape, compressed: Bool, in state: inout State
    ) -> Found {
        guard let place = state.tasks.place(of: query.task) else { return .noSuchTask }
        guard query.source != .unexported else {
            return .plain(takeUnexported(query, ofTaskAt: place, shape: shape, in: &state), nil)
        }
        let table = state.tasks.tasks[place].table
        let rows = rows(of: table, for: query, shape: shape, bounds: state.bounds)
        var page = RowTable.page(query.index, of: query.size, in: rows)
        page.removeLast(min(shape.droppedRows, page.count))
        state.statistics.rows += page.count
        let total = max(0, (shape.totalIsOfTask ? table.count : rows.count) + shape.totalExcess)
        let encoder = PageEncoder(
            total: total, currentTotal: page.count + shape.currentTotalExcess, shape: shape)
        if shape.reordersRows {
            let order = rows.shuffled(using: &state.generator)
            let places = page.lowerBound - rows.lowerBound..<page.upperBound - rows.lowerBound
            return .plain(encoder.encode(order[places], of: table), nil)
        }
        if state.shufflesTies {
            let order = table.shuffled(page, in: rows, using: &state.generator)
            return .plain(encoder.encode(order, of: table), nil)
        }
        let key = PageCache.Key(
            task: place, version: table.version, rows: page, total: total, totalsAsText: shape.totalsAsText,
            isCompressed: compressed)
        let isCached = shape.isCacheable
        if isCached, let body = state.cache.page(key) {
            state.statistics.cachedPages += 1
            return .finished(body)
        }
        return .plain(encoder.encode(page, of: table), isCached ? key : nil)
    }

    private static func rows(
        of table: RowTable, for query: DataQuery, shape: PageShape, bounds: IntervalConvention
    ) -> Range<Int> {
        switch query.source {
        case .lastExtraction: return table.rowsOfLastRun
        case .storageTime:
            guard shape.leavesEdgesOut else {
                return table.rows(from: query.from, to: query.to, bounds: bounds)
            }
            let start = table.firstIndex { $0.time > query.from }
            return start..<max(start, table.firstIndex { $0.time >= query.to })
        case .all, .unexported, .increments, .lot: return 0..<table.count
        }
    }

    private static func takeUnexported(
        _ query: DataQuery, ofTaskAt place: Int, shape: PageShape, in state: inout State
    ) -> ByteBuffer {
        var total = state.tasks.tasks[place].table.unexportedCount
        var taken = state.tasks.takeUnexported(query.size, ofTaskAt: place)
        state.statistics.rows += taken.count
        if shape.reordersRows { taken.shuffle(using: &state.generator) }
        let table = state.tasks.tasks[place].table
        if shape.totalIsOfTask { total = table.count }
        return PageEncoder(
            total: max(0, total + shape.totalExcess), currentTotal: taken.count + shape.currentTotalExcess,
            shape: shape
        ).encode(taken, of: table)
    }

    /// One gzip member; nil where zlib has no memory.
    static func compress(_ buffer: ByteBuffer) -> ByteBuffer? {
        var member: [UInt8] = []
        do {
            var encoder = try GzipEncoder(level: 1)
            try buffer.withUnsafeReadableBytes { bytes throws(GzipError) in
                try encoder.appendMember(of: bytes, to: &member)
            }
        } catch {
            return nil
        }
        return ByteBuffer(bytes: member)
    }
}

extension PageShape {
    /// Whether the rows and the totals say all about the answer, which is what the cache's key holds.
    var isCacheable: Bool { !keysReordered && currentTotalExcess == 0 }
}
