/// What a push did.
package struct PushReport: Sendable {
    /// A snapshot that was not copied, and why.
    package struct Failure: Sendable {
        /// The manifest's path below the vault; nil where it is not about one.
        package let path: String?
        package let error: any Error

        var json: OrderedJSON {
            let problem = Problem(error)
            return .object(["path": .text(path), "code": .text(problem.code), "message": .text(problem.message)])
        }
    }

    package let remote: String
    /// Snapshots of the vault that were looked at.
    package var snapshots = 0
    package var copied = 0
    /// Snapshots that the copy held as they are.
    package var already = 0
    /// Of the files copied.
    package var bytes = 0
    /// Files that were removed from the copy, since what replaces them is there.
    package var pruned = 0
    package var failures: [Failure] = []
    package var seconds = 0.0
    /// Whether it was told to stop with work left.
    package var isCutShort = false

    package init(remote: String) { self.remote = remote }

    /// The document that `copy push --json` prints.
    package var json: OrderedJSON {
        .object([
            "remote": .text(remote), "snapshots": .integer(snapshots), "copied": .integer(copied),
            "already": .integer(already), "bytes": .integer(bytes), "pruned": .integer(pruned),
            "failures": .array(failures.map(\.json)), "seconds": .seconds(seconds),
        ])
    }

    package var verdict: ExitStatus { failures.map { Problem($0.error).status }.verdict }
}

/// What a comparison of a copy with its vault found.
package struct CopyCheckReport: Sendable {
    package let remote: String
    /// Snapshots of which every file is there and the same.
    package var same = 0
    /// Files that the copy lacks, as paths below the vault.
    package var missing: [String] = []
    package var differing: [String] = []
    /// Files of the copy that no manifest of the vault names; harmless.
    package var extra: [String] = []

    package init(remote: String) { self.remote = remote }

    /// The document that `copy check --json` prints.
    package var json: OrderedJSON {
        .object([
            "remote": .text(remote), "same": .integer(same), "missing": .array(missing.map { .text($0) }),
            "differing": .array(differing.map { .text($0) }), "extra": .array(extra.map { .text($0) }),
        ])
    }

    package var verdict: ExitStatus { missing.isEmpty && differing.isEmpty ? .done : .dataDamaged }
}

/// What a pull did.
package struct PullReport: Sendable {
    package let remote: String
    /// Snapshots of the copy that were looked at.
    package var snapshots = 0
    package var pulled = 0
    package var already = 0
    package var rows = 0
    /// Of the files fetched.
    package var bytes = 0
    package var failures: [PushReport.Failure] = []
    package var seconds = 0.0

    package init(remote: String) { self.remote = remote }

    /// The document that `copy pull --json` prints.
    package var json: OrderedJSON {
        .object([
            "remote": .text(remote), "snapshots": .integer(snapshots), "pulled": .integer(pulled),
            "already": .integer(already), "rows": .integer(rows), "bytes": .integer(bytes),
            "failures": .array(failures.map(\.json)), "seconds": .seconds(seconds),
        ])
    }

    package var verdict: ExitStatus { failures.map { Problem($0.error).status }.verdict }
}
