import Archive
import Records
import StorageTime
package import Vault

extension VaultDifference {
    package var json: OrderedJSON {
        .object([
            "equal": .boolean(isEqual), "same": .array(same.map(\.json)), "only_a": .array(onlyA.map(\.json)),
            "only_b": .array(onlyB.map(\.json)), "different": .array(different.map(\.json)),
            "damaged_a": .array(damagedA.map(\.json)), "damaged_b": .array(damagedB.map(\.json)),
        ])
    }
}

extension VaultDifference.Stretch {
    var json: OrderedJSON {
        .object([
            "task": .text(task.text), "source": .text(source.rawValue), "from": .text(extent.from),
            "to": .text(extent.to), "windows": .integer(windows), "rows": .integer(rows),
        ])
    }
}

extension VaultDifference.Difference {
    var json: OrderedJSON {
        .object([
            "task": .text(task.text), "source": .text(source.rawValue), "from": .text(extent.from),
            "to": .text(extent.to), "reason": .text(reason.rawValue), "a": a.json, "b": b.json,
        ])
    }
}

extension VaultDifference.Side {
    var json: OrderedJSON {
        .object([
            "windows": .integer(windows), "rows": .integer(rows), "rows_digest": .text(digest.hex),
            "pruned": .integer(pruned),
        ])
    }
}

extension SnapshotRows {
    package var json: OrderedJSON {
        .object([
            "path": .text(path), "from": .text(window?.from.description), "to": .text(window?.to.description),
            "rows": .integer(rows), "rows_digest": .text(digest.hex),
        ])
    }
}
