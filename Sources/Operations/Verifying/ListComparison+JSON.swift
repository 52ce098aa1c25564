import Archive
import Records
import StorageTime
import Vault

extension ListComparison {
    var json: OrderedJSON {
        .object([
            "same": .integer(same), "recounted": .integer(recounted), "missing": .array(missing.map(\.json)),
            "extra": .array(extra.map(\.json)),
            "differing": .array(
                differing.map { pair in
                    .object(["path": .text(pair.listed.path), "listed": pair.listed.json, "found": pair.found.json])
                }),
        ])
    }
}

extension ListedManifest {
    fileprivate var json: OrderedJSON {
        .object([
            "path": .text(path), "task": .text(manifest.task.text), "source": .text(manifest.source.rawValue),
            "from": .text(manifest.window?.from.description), "to": .text(manifest.window?.to.description),
            "state": .text(manifest.state.rawValue), "revision": .integer(manifest.revision),
            "rows": .integer(manifest.rows), "rows_digest": .text(manifest.rowsDigest.hex),
        ])
    }
}
