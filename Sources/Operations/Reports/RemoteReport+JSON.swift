package import Snapshots
import StorageTime

extension RemoteReport {
    package var verdict: ExitStatus {
        let isSame = grown.isEmpty && shrunk.isEmpty && changed.isEmpty && increments.allSatisfy(\.isSame)
        return ([isSame ? .done : .dataDamaged] + failed.map { Problem($0.error).statusOfNamedTask }).verdict
    }

    package var json: OrderedJSON {
        .object([
            "windows": .integer(windows), "equal": .array(equal.map(\.json)), "grown": .array(grown.map(\.json)),
            "shrunk": .array(shrunk.map(\.json)), "reordered": .array(reordered.map(\.json)),
            "changed": .array(
                changed.map { change in
                    .object([
                        "task": .text(change.task), "from": .text(change.window.from.description),
                        "to": .text(change.window.to.description), "new": .integer(change.new),
                        "gone": .integer(change.gone),
                    ])
                }), "increments": .array(increments.map(\.json)), "failed": .integer(failed.count),
            "failures": .array(failed.map(\.json)), "requests": .integer(requests),
        ])
    }
}

extension IncrementCount {
    var json: OrderedJSON {
        .object([
            "task": .text(task), "expected": .integer(expected), "counted": .integer(counted),
            "behind": .integer(behind), "rows": .integer(rows), "kept": .integer(kept), "total": .integer(total),
            "new": new.map { .integer($0) } ?? .null, "gone": gone.map { .integer($0) } ?? .null,
        ])
    }
}

extension RemoteReport.Count {
    var json: OrderedJSON {
        .object([
            "task": .text(task), "from": .text(window.from.description), "to": .text(window.to.description),
            "expected": .integer(expected), "counted": .integer(counted),
        ])
    }
}

extension RemoteReport.Stretch {
    var json: OrderedJSON {
        .object([
            "task": .text(task), "from": .text(range.from.description), "to": .text(range.to.description),
            "windows": .integer(windows),
        ])
    }
}
