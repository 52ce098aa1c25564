import Archive
import Operations

extension TaskID {
    /// Reads the tasks named on the command line, each once, in the order given.
    static func arguments(_ texts: [String]) throws -> [TaskID] {
        var seen: Set<TaskID> = []
        return try texts.compactMap { text -> TaskID? in
            let task = try TaskID.parsed(text)
            return seen.insert(task).inserted ? task : nil
        }
    }
}
