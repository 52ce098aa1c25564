package import Archive
import Catalog
import Records
import StorageTime

/// What healing did on this machine.
package struct HealReport: Sendable {
    /// What was done, as sentences.
    package var done: [String] = []
    /// Tasks that another process holds: nothing was done about them.
    package var locked: [TaskID] = []
    /// What could not be put right, each reason once: the rest was.
    package private(set) var failures: [VaultError] = []

    package init() {}

    package mutating func add(_ failure: VaultError) {
        if !failures.contains(where: { $0.message == failure.message }) { failures.append(failure) }
    }

    /// - Throws: `CancellationError`.
    mutating func trying(_ body: (inout HealReport) async throws -> Void) async throws {
        do {
            try await body(&self)
        } catch let error as CancellationError {
            throw error
        } catch {
            add(VaultError(error))
        }
    }
}

extension SnapshotVault {
    /// Does what a plan says as far as this machine can: nothing is asked of the API, and nothing is removed.
    ///
    /// What is misplaced is put back, what is damaged is set aside with what still reads of it, what nobody names goes
    /// to `lost+found/`, and the index is made again. Windows to be taken again are missing from then on, and stay
    /// damage until they are taken. What fails stops nothing else. Cut short, it can be called again.
    ///
    /// - Parameter plan: from a verification of this vault.
    /// - Throws: ``VaultError``; `CancellationError`.
    package func heal(_ plan: HealPlan) async throws -> HealReport {
        var report = HealReport()
        do {
            var putter = MisplacedManifests(vault: self)
            for step in plan.steps where step.action == .putBack {
                do { try putter.run(step.path) } catch { report.add(VaultError(error)) }
            }
            report.done += putter.done
            // The folders concerned are looked at again, whatever the index says of them.
            if hasCatalogFile, !plan.steps.contains(where: { $0.path == Self.catalogName }) || catalogIsSound() {
                var change = IndexChange()
                let folders = Set(plan.steps.map { PathText.parent(of: $0.path) }).union(putter.folders)
                change.folders = folders.filter { ArchiveLayout.parse(dateFolder: $0) != nil }.map { ($0, nil) }
                try catalog.apply(change)
            } else {
                _ = try rebuildCatalog()
            }
            for task in plan.tasks {
                try await report.trying { [self] report in try await heal(task, plan, &report) }
            }
            if plan.steps.contains(where: { $0.action == .rebuildCatalog }) {
                let rebuilt = try rebuildCatalog()
                report.done.append("made the index again from \(rebuilt.snapshots) manifests")
            }
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            throw VaultError(error)
        }
        return report
    }

    private func catalogIsSound() -> Bool { (try? catalog.findInconsistencies())?.isEmpty ?? false }

    private func heal(_ task: TaskID, _ plan: HealPlan, _ report: inout HealReport) async throws {
        let locked: LockedTask
        do {
            locked = try await lock(task, wait: .no)
        } catch let error as VaultError where error.code == .locked {
            report.locked.append(task)
            return
        } catch let error as VaultError where error.code == .taskIDClash {
            // A folder renamed in case only: it is no task, and what was in it is back in its place.
            return
        }
        defer { locked.release() }
        report.done += locked.notices.map(\.message)
        let known = Set(plan.steps.map(\.path))
        for address in locked.damagedSnapshots where known.contains(address.manifestPath) {
            try Task.checkCancellation()
            try await report.trying { report in try setAside(address, locked, &report) }
        }
        for step in plan.steps where step.task == task && [.moveAside, .putBack].contains(step.action) {
            try await report.trying { report in
                guard try !isNamed(step.path), let final = try moveToLostAndFound(step.path) else { return }
                report.done.append("\(step.path) was moved to \(final)")
            }
        }
    }

    private func setAside(_ address: SnapshotAddress, _ locked: LockedTask, _ report: inout HealReport) throws {
        guard let folder = try locked.quarantine(address) else { return }
        var sentence = "\(address): set aside in \(folder)"
        if let salvage = try locked.salvage(at: address) {
            sentence += ", \(salvage.rows) rows of it read"
            if let promised = salvage.promised { sentence += " of \(promised.rows)" }
            if salvage.earlierRows > 0 { sentence += ", and \(salvage.earlierRows) of earlier revisions" }
            for phrase in salvage.unsearched { sentence += "; \(phrase)" }
            if let file = try locked.writeReadable(salvage, of: address, in: folder) {
                sentence += ", saved as \(file)"
            }
        }
        report.done.append(sentence)
        // Nobody can ask for a past moment again; increments are, as a whole.
        if address.name.window == nil, address.source != .increments { try locked.forget(address) }
    }

    /// Whether the file is an archive that a manifest, put back meanwhile, names.
    private func isNamed(_ path: String) throws -> Bool {
        let file = PathText.name(of: path)
        guard case .archive(let name, _) = SnapshotFileName(file) else { return false }
        let folder = SnapshotFolder(path: layout.path(PathText.parent(of: path)), files: files)
        return (try? folder.manifest(of: name))?.names(file) ?? false
    }

    /// Moves a file to the same folders below `lost+found`; nil where it is not there any more.
    private func moveToLostAndFound(_ path: String) throws -> String? {
        guard try files.status(layout.path(path))?.kind == .file else { return nil }
        let folder = "lost+found/\(PathText.parent(of: path))"
        for made in try files.makeFolders(layout.path(folder)) {
            try files.synchronize(folder: PathText.parent(of: made))
        }
        var final = "lost+found/\(path)"
        var attempt = 0
        while try files.status(layout.path(final)) != nil {
            attempt += 1
            final = "lost+found/\(path).\(attempt)"
        }
        try files.move(layout.path(path), to: layout.path(final))
        try files.synchronize(folder: layout.path(folder))
        try files.synchronize(folder: PathText.parent(of: layout.path(path)))
        return final
    }
}
