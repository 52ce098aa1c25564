package import Snapshots
import StorageTime

extension BackfillSummary {
    /// The status of the whole: its worst part's.
    package var verdict: ExitStatus {
        // A single failed task among others is "some windows not taken", whatever its reason was at the API.
        failed.map { Problem($0.error).statusOfNamedTask }.verdict
    }

    package var json: OrderedJSON {
        .object([
            "tasks": .integer(tasks), "windows": .integer(windows), "sealed": .integer(sealed),
            "empty": .integer(empty), "unproven": .integer(unproven), "open": .integer(open),
            "skipped": .integer(skipped), "edge_windows": .integer(edgeWindows), "failed": .integer(failed.count),
            "failures": .array(failed.map(\.json)), "rows": .integer(rows),
            "bytes": .integer(bytes), "requests": .integer(requests), "least": .integer(least),
            "wasted": .integer(wasted), "seconds": .seconds(seconds),
        ])
    }
}

extension BackfillSummary.Failure {
    var json: OrderedJSON {
        let problem = Problem(error)
        return .object([
            "task": .text(task), "from": .text(window?.from.description), "to": .text(window?.to.description),
            "code": .text(problem.code), "message": .text(problem.message),
        ])
    }
}
