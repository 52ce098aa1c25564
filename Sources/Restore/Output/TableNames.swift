/// Names for the tables of tasks, of which SQLite takes no two for one.
struct TableNames {
    /// By the tasks' UTF-8: texts that Unicode holds to be equivalent may be two tasks.
    private var given: [[UInt8]: String] = [:]
    private var taken: Set<[UInt8]> = []

    /// - Parameter tasks: the tasks known beforehand. One whose id can be a table's name has that name.
    init(tasks: [String]) {
        for task in tasks where !Self.isReserved(task) { _ = name(of: task) }
    }

    /// A task's table: the same again for the same task.
    mutating func name(of task: String) -> String {
        let bytes = Array(task.utf8)
        if let name = given[bytes] { return name }
        var name = Self.isReserved(task) ? "task_\(task)" : task
        while !taken.insert(Self.folded(name)).inserted { name += "_" }
        given[bytes] = name
        return name
    }

    private static func isReserved(_ name: String) -> Bool { folded(name).starts(with: "sqlite_".utf8) }

    /// SQLite folds the case of ASCII alone.
    private static func folded(_ name: String) -> [UInt8] {
        name.utf8.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
    }
}
