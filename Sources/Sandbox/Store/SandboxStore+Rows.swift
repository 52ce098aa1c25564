package import StorageTime

/// A row and when it was stored.
package struct StoredRow: Sendable, Hashable {
    package let time: StoredTime
    /// The JSON object, byte by byte as it is served.
    package let bytes: [UInt8]

    package init(time: StoredTime, bytes: [UInt8]) {
        self.time = time
        self.bytes = bytes
    }

    /// The bytes as text.
    package var text: String { String(decoding: bytes, as: UTF8.self) }
}

extension SandboxStore {
    /// Stores a row, after those of the same time. A task that does not exist is made.
    ///
    /// - Parameter row: JSON, served as it is: nothing checks it, so that hostile rows can be served too.
    package func insert(task: String, row: String, at time: StoredTime) {
        insert(task: task, rows: [StoredRow(time: time, bytes: Array(row.utf8))])
    }

    /// Stores a row at the first millisecond of a second. A task that does not exist is made.
    package func insert(task: String, row: String, at instant: StorageInstant) {
        insert(task: task, row: row, at: StoredTime(instant))
    }

    /// Stores rows, in their order, all at once. A task that does not exist is made.
    package func insert(task: String, rows: [StoredRow]) {
        withState { state in
            state.tasks.change(task) { table in
                guard rows.count > 1, !table.storing.isByTime else {
                    for row in rows { row.bytes.withUnsafeBytes { table.insert(row: $0, at: row.time) } }
                    return
                }
                for row in rows { row.bytes.withUnsafeBytes { table.append(row: $0, at: row.time) } }
                table.sort()
            }
        }
    }

    /// Takes out the rows for which `isGone` holds, as when the cloud lets them expire.
    ///
    /// - Returns: how many there were.
    @discardableResult
    package func remove(task: String, where isGone: @Sendable (StoredRow) -> Bool) -> Int {
        withState { state in
            guard state.tasks.place(of: task) != nil else { return 0 }
            return state.tasks.change(task) { table in
                table.remove { isGone(StoredRow(time: $0, bytes: Array($1))) }
            }
        }
    }

    /// Forgets a task and its rows.
    package func removeTask(_ task: String) {
        withState { $0.tasks.remove(task) }
    }

    /// Every row of a task, by storage time, then by order of arrival; none where there is no such task.
    package func rows(of task: String) -> [StoredRow] {
        withState { state in
            guard let place = state.tasks.place(of: task) else { return [] }
            let table = state.tasks.tasks[place].table
            return table.entries.indices.map { index in
                StoredRow(time: table.entries[index].time, bytes: table.withRow(index) { Array($0) })
            }
        }
    }

    /// Every row of a task on a line of its own, in the order of ``rows(of:)``.
    package func ndjson(of task: String) -> [UInt8] {
        withState { state in
            guard let place = state.tasks.place(of: task) else { return [] }
            let table = state.tasks.tasks[place].table
            var output: [UInt8] = []
            output.reserveCapacity(table.entries.reduce(0) { $0 + Int($1.length) + 1 })
            for index in table.entries.indices {
                table.withRow(index) { output.append(contentsOf: $0) }
                output.append(Byte.lineFeed)
            }
            return output
        }
    }

    /// How many rows a task has; nil where there is no such task.
    package func rowCount(of task: String) -> Int? {
        withState { state in state.tasks.place(of: task).map { state.tasks.tasks[$0].table.count } }
    }

    /// How often each row occurs, by its bytes: what a restore must equal.
    package func multiset(of task: String) -> [[UInt8]: Int] {
        rows(of: task).reduce(into: [:]) { $0[$1.bytes, default: 0] += 1 }
    }

    /// The ids of the tasks, in the order they were made.
    package var taskIDs: [String] {
        withState { state in state.tasks.present.map { state.tasks.tasks[$0].id } }
    }
}
