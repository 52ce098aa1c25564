import Archive
import Catalog
import Records
package import StorageTime

extension LockedTask {
    /// Merges the windows of each day into one snapshot, whose manifest has each window's own facts among its `parts`.
    ///
    /// Gzip members are copied as they are, after each was decompressed and its rows compared with what the manifests
    /// say. The new manifest is durable before what it replaces goes; cut short at any point, what is left is swept
    /// when the task is next taken. Again is a no-op.
    ///
    /// - Parameters:
    ///   - closedUntil: the end of what nobody counts again any more; days that end later are left alone.
    ///   - isDryRun: says what would be done, and changes nothing.
    ///   - progress: called after each snapshot made.
    /// - Throws: ``VaultError``; `CancellationError`, between two days.
    /// - Complexity: O(*n*) in bytes of what is merged; memory for a month's windows, one day's manifests and one
    ///   member.
    package func compact(
        closedUntil: StorageInstant, tool: String, isDryRun: Bool = false,
        progress: (CompactionReport) -> Void = { _ in }
    ) throws -> CompactionReport {
        var report = CompactionReport(task: task)
        for month in try months(of: .storageTime, until: closedUntil) {
            var plan = CompactionPlan(closedUntil: closedUntil)
            try vault.catalog.forEachSnapshot(tasks: [task.text], source: .storageTime, in: month) { record in
                if let window = record.window, month.contains(window.from) { plan.add(record) }
            }
            plan.finish()
            for run in plan.runs { try compact(run, tool, isDryRun, &report, progress) }
        }
        try compactIncrements(tool: tool, isDryRun: isDryRun, &report, progress)
        return report
    }

    private func compact(
        _ run: CompactionPlan.Run, _ tool: String, _ isDryRun: Bool, _ report: inout CompactionReport,
        _ progress: (CompactionReport) -> Void
    ) throws {
        var rest = try manifests(of: run, &report)[...]
        while let manifests = rest.popFirst() {
            try Task.checkCancellation()
            let merge = try merge(manifests)
            do {
                report.add(manifests, mergedInto: try isDryRun ? merge.outline(tool) : compact(merge, tool))
                progress(report)
            } catch let damaged as DayMerge.DamagedSource {
                rest.insert(contentsOf: try leave(damaged, of: manifests, &report), at: rest.startIndex)
            }
        }
    }

    /// The months, of 31 days, in which windows of the task begin, their edges at midnight: so few windows are held in
    /// memory at once, however many there are, and none is looked for in years without any.
    ///
    /// - Complexity: O(*n*) for *n* snapshots, and memory for their months.
    func months(of source: RowSource, until end: StorageInstant) throws -> [Window] {
        let month = 31 * 86_400
        var first = end
        var starts: [Int: StorageInstant] = [:]
        try vault.catalog.forEachSnapshot(tasks: [task.text], source: source) { record in
            guard let start = record.window?.from, start < end else { return }
            first = min(first, start)
            starts[start.seconds.quotientAndRemainder(dividingBy: month).quotient] = start
        }
        guard let range = try? Window(from: first, to: end) else { return [] }
        let indices = Set(starts.values.compactMap { range.sliceIndex(of: $0, onGridOf: month) })
        return indices.sorted().compactMap { range.stretch(ofSlices: $0..<($0 + 1), onGridOf: month) }
    }

    /// The run's manifests, cut where one has to stay as it is.
    private func manifests(of run: CompactionPlan.Run, _ report: inout CompactionReport) throws -> [[Manifest]] {
        var pieces: [[Manifest]] = [[]]
        for candidate in run.snapshots {
            let address = address(of: candidate.window)
            guard let manifest = try manifest(at: address) else {
                report.leave(candidate.window, .damaged, "\(address) is damaged: octovault verify --heal")
                pieces.append([])
                continue
            }
            guard manifest.superseded.isEmpty else {
                report.leave(
                    candidate.window, .superseded, "\(address) has an archive of its rows in an earlier form beside it")
                pieces.append([])
                continue
            }
            pieces[pieces.count - 1].append(manifest)
        }
        // Where a damaged snapshot waits to be taken again, its place is not to be taken.
        return pieces.filter { piece in
            guard piece.count > 1, let first = piece.first?.window, let last = piece.last?.window,
                let window = try? Window(from: first.from, to: last.to)
            else { return false }
            return !isDamaged(address(of: window))
        }
    }

    private func merge(_ manifests: [Manifest]) throws -> DayMerge {
        guard let first = manifests.first, let from = first.window?.from, let to = manifests.last?.window?.to else {
            throw VaultError(.inconsistent, "a merge of no windows")
        }
        let window = try Window(from: from, to: to)
        return DayMerge(
            manifests: manifests, window: window, counted: try countTimes(host: first.host, in: window))
    }

    private func compact(_ merge: DayMerge, _ tool: String) throws -> Manifest {
        let address = address(of: merge.window)
        let draft = try beginDraft(at: address)
        do {
            try merge.copy(to: draft, folder: vault.layout.path(address.folder), files: vault.files)
            var day = try merge.manifest(tool: tool)
            day.archive = try draft.finish()
            day.revision = draft.revision
            if day.archive != nil { day.columns = draft.columns }
            try publish(day, draft: day.archive == nil ? nil : draft, at: address)
            return day
        } catch {
            discard(draft)
            throw error
        }
    }

    /// Notes a window that turned out to be damaged.
    ///
    /// - Returns: what can be merged without it.
    private func leave(
        _ source: DayMerge.DamagedSource, of manifests: [Manifest], _ report: inout CompactionReport
    ) throws -> [[Manifest]] {
        guard let window = source.manifest.window, let index = manifests.firstIndex(of: source.manifest) else {
            throw source.error
        }
        _ = try noteDamage(source.error, at: address(of: window))
        report.leave(window, .damaged, source.error.message)
        return [Array(manifests[..<index]), Array(manifests[(index + 1)...])].filter { $0.count > 1 }
    }
}

extension DayMerge {
    /// The compacted manifest as far as it can be told without reading an archive.
    fileprivate func outline(_ tool: String) throws -> Manifest {
        var day = try manifest(tool: tool)
        let archives = manifests.compactMap(\.archive)
        day.archive = archives.first
        day.archive?.bytes = archives.reduce(0) { $0 + $1.bytes }
        day.archive?.members = archives.flatMap(\.members)
        return day
    }
}

extension CompactionReport {
    fileprivate mutating func leave(_ window: Window, _ reason: Left.Reason, _ message: String) {
        left.append(Left(window: window, reason: reason, message: message))
    }
}
