package import Archive

/// Takes what other vaults hold into a vault.
///
/// What is new is checked against its manifest, row by row, then linked or copied, then published as any snapshot is:
/// killed at any moment, the vault holds whole snapshots. Of two revisions of one window, one is made that holds all
/// rows of both; of the same rows, the later facts stay. So the order of the vaults, and how often one is merged, make
/// no difference to the rows.
///
/// A snapshot that cannot be taken without changing what is here is left and named: other windows over the same time,
/// rows of another host, damage on either side.
package struct VaultMerge: Sendable {
    private let vault: SnapshotVault
    private let sources: [MergeSource]
    private let wait: LockWait
    private let isDryRun: Bool
    private let isHealing: Bool
    private let progress: @Sendable (MergeReport) -> Void

    /// - Parameters:
    ///   - paths: the vaults to take from.
    ///   - isDryRun: says what would be done, and changes nothing; `vault` may be open for reading then.
    ///   - isHealing: takes snapshots that were set aside for damage here, with what still reads of them.
    ///   - progress: called now and then.
    /// - Throws: ``VaultError`` where one of `paths` is no vault, or the vault itself.
    package init(
        from paths: [String], into vault: SnapshotVault, isDryRun: Bool = false, isHealing: Bool = false,
        wait: LockWait = .polling(),
        progress: @escaping @Sendable (MergeReport) -> Void = { _ in }
    ) throws(VaultError) {
        self.vault = vault
        self.isDryRun = isDryRun
        self.isHealing = isHealing
        self.wait = wait
        self.progress = progress
        sources = try Self.check(paths, files: vault.files)
        if let itself = sources.first(where: { $0.layout.root == vault.root }) {
            throw VaultError(
                .noVault, "the vault \(itself.layout.root) cannot be merged into itself", hint: "name another vault")
        }
    }

    private static func check(_ paths: [String], files: any Files) throws(VaultError) -> [MergeSource] {
        var sources: [MergeSource] = []
        for path in paths {
            let source = try MergeSource(at: path, files: files)
            if !sources.contains(where: { $0.layout.root == source.layout.root }) { sources.append(source) }
        }
        return sources
    }

    /// Whether all of `paths` are vaults, before one is made to take them.
    ///
    /// - Throws: as ``init(from:into:isDryRun:isHealing:wait:progress:)``.
    package static func check(_ paths: [String]) throws(VaultError) { _ = try check(paths, files: DiskFiles()) }

    /// - Parameter tasks: nil for all.
    /// - Throws: ``VaultError`` where the vault cannot be written, or one of the others cannot be read;
    ///   `CancellationError`. What was published until then stays, and another merge goes on from there.
    /// - Complexity: O(*n*) in bytes of what is new; memory for a date folder's manifests, a few members, and of
    ///   windows with two revisions two hashes a row.
    package func run(tasks: [TaskID]? = nil) async throws -> MergeReport {
        var report = MergeReport()
        var edges: [EdgeWindows] = []
        let wanted = tasks.map(Set.init)
        for source in sources {
            report.vaults += 1
            for name in try source.taskFolderNames() {
                try Task.checkCancellation()
                guard let task = try source.task(folderName: name) else { continue }
                guard wanted?.contains(task) ?? true else { continue }
                let left = try await take(task, folderName: name, source, &report) {
                    (merge: inout TaskMerge) -> [MergeCandidate] in
                    try await merge.take(folders: source.dateFolders(ofTask: name)) { progress($0) }
                    return merge.edges
                }
                if let left, !left.isEmpty {
                    edges.append(EdgeWindows(task: task, folderName: name, source: source, candidates: left))
                }
                progress(report)
            }
        }
        for edge in edges {
            try Task.checkCancellation()
            try await take(edge.task, folderName: edge.folderName, edge.source, &report) { (merge: inout TaskMerge) in
                try await merge.takeEdges(edge.candidates)
            }
            progress(report)
        }
        report.addDisplaced()
        return report
    }

    /// Windows taken for an edge alone, which wait until all others of all vaults are here.
    private struct EdgeWindows {
        let task: TaskID
        let folderName: String
        let source: MergeSource
        let candidates: [MergeCandidate]
    }

    /// Calls with the task held; nil where it cannot be.
    @discardableResult
    private func take<Result>(
        _ task: TaskID, folderName: String, _ source: MergeSource, _ report: inout MergeReport,
        _ body: (inout TaskMerge) async throws -> Result
    ) async throws -> Result? {
        let locked: LockedTask
        do {
            locked = try await vault.lock(task, wait: wait)
        } catch let error as VaultError {
            switch error.code {
            case .locked:
                if !report.locked.contains(task.text) { report.locked.append(task.text) }
            case .taskIDClash, .newerFormat:
                report.add(
                    .init(
                        vault: source.layout.root, task: task.text, path: "vault_task=\(folderName)", code: error.code,
                        message: error.message))
            default: throw error
            }
            return nil
        }
        defer { locked.release() }
        var merge = TaskMerge(locked, source, isDryRun: isDryRun, isHealing: isHealing)
        defer { report = merge.report }
        merge.report = report
        return try await body(&merge)
    }
}
