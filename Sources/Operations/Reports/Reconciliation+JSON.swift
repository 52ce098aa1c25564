package import Snapshots
import StorageTime

extension ReconciliationReport {
    package var verdict: ExitStatus {
        let isWhole = tasks.allSatisfy(\.addsUp)
        return ([isWhole ? .done : .dataDamaged] + failed.map { Problem($0.error).statusOfNamedTask }).verdict
    }

    package var json: OrderedJSON {
        .object([
            "tasks": .array(tasks.map(\.json)), "reports": .array(tasks.map(\.json)), "failed": .integer(failed.count),
            "failures": .array(failed.map(\.json)), "requests": .integer(requests),
        ])
    }
}

extension Reconciliation {
    var json: OrderedJSON {
        .object([
            "task": .text(task), "total": .integer(total), "rows": .integer(rows), "windows": .integer(windows),
            "kept": .integer(kept), "pruned": .integer(pruned), "grown": .array(grown.map(\.json)),
            "shrunk": .array(shrunk.map(\.json)), "before": before?.json ?? .null, "gaps": .array(gaps.map(\.json)),
            "behind": behind?.json ?? .null, "open": .integer(open), "missing": .integer(missing),
            "unexplained": .integer(unexplained), "adds_up": .boolean(addsUp), "volumes": volumes?.json ?? .null,
        ])
    }
}

extension DayVolumes {
    var json: OrderedJSON {
        .object(["from": .text(from), "to": .text(to), "counted": .integer(counted), "stored": .integer(stored)])
    }

    /// The two counts, and what makes them differ.
    package var sentence: String {
        "the vendor counts \(counted.counted("row")) from \(from) to \(to), and increments since brought "
            + stored.counted("row")
    }
}

extension Reconciliation.Stretch {
    var json: OrderedJSON {
        .object([
            "from": .text(range.from.description), "to": .text(range.to.description), "rows": .integer(rows),
        ])
    }
}
