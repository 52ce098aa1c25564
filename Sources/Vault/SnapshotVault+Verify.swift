package import Archive
import Catalog
import Records
import StorageTime

extension SnapshotVault {
    /// Reads manifests and archives back, on all cores, and compares them with each other and with the catalog.
    ///
    /// Nothing is put right, and gaps are no damage. What was found sound is remembered for ``VerifyOptions/since``;
    /// what was found damaged is no coverage any more, until it is found sound or taken again.
    ///
    /// - Parameters:
    ///   - tasks: nil for all.
    ///   - progress: called now and then with what was read so far.
    /// - Throws: ``VaultError`` where folders or the catalog cannot be read; `CancellationError`.
    /// - Complexity: O(*n*) in bytes; memory for some folders' manifests and a member of an archive for each core.
    package func verify(
        tasks: [TaskID]? = nil, options: VerifyOptions = VerifyOptions(), progress: (VerifyReport) -> Void = { _ in }
    ) async throws -> VerifyReport {
        do {
            let findings = hasCatalogFile ? try catalog.findInconsistencies() : []
            // What a damaged catalog says is compared with nothing.
            let usesCatalog = hasCatalogFile && findings.isEmpty
            let known = usesCatalog ? try catalog.damages() : []
            let codes = known.map { ($0.path, Damage.Code(rawValue: $0.code) ?? .archiveUnreadable) }
            let verifier = FolderVerifier(
                vault: self, options: options, now: now, usesCatalog: usesCatalog,
                knownDamaged: Dictionary(codes, uniquingKeysWith: { $1 }))
            var audit = VerifyAudit(self, options, usesCatalog: usesCatalog)
            audit.add(findings.map { Damage(.catalogDamaged, Self.catalogName, "\(Self.catalogName): \($0)") })
            let folders = try taskFolders(tasks, options.source)
            var contents = TaskFolderContents(folders, layout, files).makeIterator()
            try await OrderedPipeline.run(
                width: configuration.width, ahead: 3 * configuration.width, next: { contents.next() },
                work: { (unit) -> VerifyUnit in
                    switch unit {
                    case .folder(let folder): .folder(try await verifier.run(folder))
                    case .unreadable(_, let error) where error.code == .cannotReadNow: throw error
                    case .unreadable(let folder, let error): .folder(FolderReport(unreadable: folder, error))
                    case .end(let taskFolder): .end(taskFolder: taskFolder)
                    }
                },
                deliver: { _, unit in
                    try audit.add(unit)
                    progress(audit.report)
                })
            try audit.finish(tasks, folders)
            return audit.report
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            throw VaultError(error)
        }
    }

    /// Whether the index is a file of its own, which can differ from the manifests.
    var hasCatalogFile: Bool { catalog.path != ":memory:" }

    private func taskFolders(_ tasks: [TaskID]?, _ source: RowSource?) throws -> [String] {
        let wanted = tasks.map { Set($0.map(\.folderName)) }
        return try layout.sources(files).filter { source == nil || source == $0 }.flatMap { source in
            try layout.taskFolderNames(of: source, files).filter { wanted?.contains($0) ?? true }
                .map { "\(ArchiveLayout.sourceFolder(source))/vault_task=\($0)" }
        }
    }
}

/// A date folder's report, or that a task's folders are through.
enum VerifyUnit: Sendable {
    case folder(FolderReport)
    case end(taskFolder: String)
}

/// The date folders of some task folders in order, and a mark behind each task's last.
private struct TaskFolderContents: Sequence, IteratorProtocol {
    enum Unit: Sendable { case folder(String), unreadable(String, ArchiveError), end(taskFolder: String) }

    private let layout: ArchiveLayout
    private let files: any Files
    private var taskFolders: [String]
    private var units: [Unit] = []

    init(_ taskFolders: [String], _ layout: ArchiveLayout, _ files: any Files) {
        self.layout = layout
        self.files = files
        self.taskFolders = taskFolders.reversed()
    }

    mutating func next() -> Unit? {
        if let unit = units.popLast() { return unit }
        guard let taskFolder = taskFolders.popLast() else { return nil }
        do throws(ArchiveError) {
            units = [.end(taskFolder: taskFolder)]
            units += try layout.falseDateFolders(in: taskFolder, files).reversed().map { folder in
                .unreadable(
                    folder,
                    ArchiveError(
                        .cannotRead,
                        "\(folder) is no folder of its own but a symbolic link or a file, and is not followed",
                        hint:
                            "put the folder itself in its place; a task's folder may be a link, those below it may not")
                )
            }
            units += try layout.dateFolders(in: taskFolder, files).reversed().map(Unit.folder)
        } catch {
            units.append(.unreadable(taskFolder, error))
        }
        return next()
    }
}
