package import Vault

extension MergeReport {
    /// The document that `merge --json` prints.
    package var json: OrderedJSON {
        .object([
            "vaults": .integer(vaults), "snapshots": .integer(snapshots), "merged": .integer(merged),
            "already": .integer(already),
            "conflicts": .array(
                conflicts.map { conflict in
                    .object([
                        "vault": .text(conflict.vault), "task": .text(conflict.task), "path": .text(conflict.path),
                        "code": .text(conflict.code.rawValue), "message": .text(conflict.message),
                    ])
                }), "rows": .integer(rows),
        ])
    }

    package var verdict: ExitStatus {
        [conflictCount > 0 ? .dataDamaged : .done, locked.isEmpty ? .done : .tryAgain].verdict
    }
}
