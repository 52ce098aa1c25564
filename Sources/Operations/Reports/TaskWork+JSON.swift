import Archive
import Vault

extension TaskWork {
    /// The status of what was left out: the worst of it.
    var tasksVerdict: ExitStatus {
        (failed.map { Problem($0.error).status } + [locked.isEmpty ? .done : .tryAgain]).verdict
    }

    var lockedJSON: OrderedJSON { .array(locked.map { .text($0.text) }) }

    var failuresJSON: OrderedJSON {
        .array(
            failed.map { task, error in
                let problem = Problem(error)
                return .object([
                    "task": .text(task.text), "code": .text(problem.code), "message": .text(problem.message),
                ])
            })
    }
}
