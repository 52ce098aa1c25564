import Archive
import Operations

extension TaskID {
    /// Reads the tasks named on the command line, each once, in the order given.
    static func arguments(_ texts: [String]) throws -> [TaskID] {
        var seen: Set<TaskID> = []
        return try texts.compactMap { text -> TaskID? in
            do {
                let task = try TaskID(text)
                return seen.insert(task).inserted ? task : nil
            } catch let error as ArchiveError {
                throw Problem.usage("'\(text)' is not a task id: \(error.message)", hint: error.hint)
            }
        }
    }
}
