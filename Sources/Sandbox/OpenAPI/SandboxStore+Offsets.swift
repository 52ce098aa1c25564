import NIOCore
import StorageTime

/// A question for rows behind a cursor.
struct OffsetQuery: Sendable, Hashable {
    var task: String
    /// As it was asked for; 0 or less starts over.
    var offset: Double
    var size: Int
    /// Only the rows of one run.
    var lot: String?
}

/// How an answer to it departs from the truth.
struct OffsetShape: Sendable, Hashable {
    enum Cursor: Sendable, Hashable { case sound, standsStill, goesBack }
    var cursor = Cursor.sound
    /// Whether the answer begins at the first row whatever was asked for.
    var startsOver = false
    var isInclusive = false
    var droppedRows = 0
    var restExcess = 0
    var totalExcess = 0
    var isOfLaterPath = false
    var reversesRows = false
}

extension SandboxStore {
    /// What a cursor is ahead of the number of its row: the vendor's own example gives 1024 behind 100 rows.
    private static let ahead = 924.0

    /// The number of the run that stored a row: one a day, beyond what a JSON number keeps exactly.
    static func lot(of time: StoredTime) -> String { String(638_000_000_000_000_001 + time.second / 86_400) }

    /// Answers the rows behind a cursor.
    ///
    /// - Throws: ``OpenAPIFailure``.
    func rows(_ query: OffsetQuery, _ shape: OffsetShape) throws(OpenAPIFailure) -> ByteBuffer {
        let settings = configuration.openAPI
        let result = withState { state -> Result<ByteBuffer, OpenAPIFailure> in
            guard let place = state.tasks.place(of: query.task) else { return .failure(.badTask) }
            var places = state.tasks.storingOrder(ofTaskAt: place)
            let table = state.tasks.tasks[place].table
            if let lot = query.lot {
                places.removeAll { Self.lot(of: table.entries[$0].time) != lot }
            }
            if shape.reversesRows { places.reverse() }
            let bound = query.offset > 0 && !shape.startsOver ? query.offset - Self.ahead : -1
            let includes = (settings.cursorIsInclusive || shape.isInclusive) && bound > 0
            var first = 0
            var end = places.count
            while first < end {
                let middle = (first + end) / 2
                let key = table.entries[places[middle]].key
                if includes ? key >= bound : key > bound { end = middle } else { first = middle + 1 }
            }
            let cap = query.size <= 200 ? settings.smallCap : settings.largeCap
            var bytes = 0
            var given: [Int] = []
            for row in places[first...].prefix(query.size) {
                let length = Int(table.entries[row].length) + 1
                if bytes + length > cap, !given.isEmpty {
                    if settings.refusesLargeAnswers { return .failure(.tooLarge) }
                    break
                }
                bytes += length
                given.append(row)
            }
            let rest = places.count - first - given.count
            let next = given.last.map { table.entries[$0].key + Self.ahead } ?? max(query.offset, 0)
            let cursor: Double =
                switch shape.cursor {
                case .sound: next
                case .standsStill: max(query.offset, 0)
                case .goesBack: max(query.offset - 1, 0)
                }
            given.removeLast(min(shape.droppedRows, given.count))
            state.statistics.rows += given.count
            let total = max(0, places.count + shape.totalExcess)
            return .success(
                Self.encode(
                    given, of: table, offset: cursor, total: total, rest: max(0, rest + shape.restExcess), shape))
        }
        return try result.get()
    }

    private static func encode(
        _ rows: [Int], of table: RowTable, offset: Double, total: Int, rest: Int, _ shape: OffsetShape
    ) -> ByteBuffer {
        let list = shape.isOfLaterPath ? "dataList" : "data"
        let number = offset == offset.rounded() && offset < 1e15 ? "\(Int(offset))" : "\(offset)"
        return encode(
            rows, of: table,
            before: #"{"data":{"offset":\#(number),"total":\#(total),"restTotal":\#(rest),"\#(list)":["#,
            after: shape.isOfLaterPath
                ? #"]},"error":"success"}"# : #"]},"requestId":"\#(OpenAPIAnswer.requestID)"}"#)
    }

    static func encode(_ rows: [Int], of table: RowTable, before: String, after: String) -> ByteBuffer {
        let size = rows.reduce(before.utf8.count + after.utf8.count) { $0 + Int(table.entries[$1].length) + 1 }
        var buffer = ByteBufferAllocator().buffer(capacity: size)
        buffer.writeString(before)
        table.forEachRun(rows) { buffer.writeBytes($0) }
        if !rows.isEmpty { buffer.moveWriterIndex(to: buffer.writerIndex - 1) }
        buffer.writeString(after)
        return buffer
    }

    /// Answers the oldest unexported rows, and marks none of them.
    func fetchUnexported(task: String, size: Int, isOfLaterPath: Bool) throws(OpenAPIFailure) -> ByteBuffer {
        let settings = configuration.openAPI
        let result = withState { state -> Result<ByteBuffer, OpenAPIFailure> in
            guard let place = state.tasks.place(of: task) else { return .failure(.badTask) }
            let (total, rows) = state.tasks.fetchUnexported(
                size, ofTaskAt: place, cap: size <= 200 ? settings.smallCap : settings.largeCap)
            state.statistics.rows += rows.count
            let table = state.tasks.tasks[place].table
            let before =
                isOfLaterPath
                ? #"{"data":{"total":\#(total),"currentTotal":\#(rows.count),"dataList":["#
                : #"{"data":{"total":\#(total),"current":\#(rows.count),"data":["#
            return .success(
                Self.encode(
                    rows, of: table, before: before,
                    after: isOfLaterPath
                        ? #"]},"error":"success"}"# : #"]},"requestId":"\#(OpenAPIAnswer.requestID)"}"#))
        }
        return try result.get()
    }

    /// Marks rows as exported, in the sense that the sandbox is set to.
    func markExported(task: String) throws(OpenAPIFailure) {
        let meaning = configuration.openAPI.mark
        let isKnown = withState { state in
            guard let place = state.tasks.place(of: task) else { return false }
            state.tasks.mark(meaning, ofTaskAt: place)
            return true
        }
        guard isKnown else { throw .badTask }
    }

    /// The key that stands for a user and a password.
    package var key: String { configuration.openAPI.key }

    /// The numbers of the runs that stored a task's rows, oldest first.
    package func lots(of task: String) -> [String] {
        rows(of: task).reduce(into: []) { lots, row in
            let lot = Self.lot(of: row.time)
            if lots.last != lot { lots.append(lot) }
        }
    }

    /// How many rows of a task are not exported; nil where there is no such task.
    package func unexportedCount(of task: String) -> Int? {
        withState { state in state.tasks.place(of: task).map { state.tasks.tasks[$0].table.unexportedCount } }
    }
}
