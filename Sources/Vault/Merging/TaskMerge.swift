import Archive
import Catalog
import Records
import StorageTime

/// Takes one task's snapshots from another vault, a date folder at a time, with the task held here.
struct TaskMerge {
    let locked: LockedTask
    let source: MergeSource
    let isDryRun: Bool
    /// Whether snapshots that were set aside here are taken.
    let isHealing: Bool
    var report = MergeReport()
    /// The host that the task's rows come from, once it is known.
    private var host: String?
    /// Hosts that were found to be others.
    private var refusedHosts: Set<String> = []
    /// Windows of the other vault that were taken for an edge alone. They are for when all others are here.
    private(set) var edges: [MergeCandidate] = []
    private var isAtEdges = false
    /// New snapshots that wait to be published together.
    private var batch: [MergeCandidate] = []
    /// Where the last window of the batch ends.
    private var batchEnd = StorageInstant.earliest

    /// So many are checked, linked and published at once.
    private static let batchSize = 64

    init(_ locked: LockedTask, _ source: MergeSource, isDryRun: Bool, isHealing: Bool = false) {
        self.locked = locked
        self.source = source
        self.isDryRun = isDryRun
        self.isHealing = isHealing
    }

    var vault: SnapshotVault { locked.vault }

    /// Takes all but what was taken for an edge alone, which stays in ``edges``.
    ///
    /// - Parameter folders: the task's date folders, below the other vault.
    mutating func take(folders: [String], progress: (MergeReport) -> Void) async throws {
        var increments: [String] = []
        for folder in folders {
            try Task.checkCancellation()
            // What was damaged goes back to its own place; else increments are joined as the parts of a whole.
            if !isHealing, ArchiveLayout.parse(dateFolder: folder)?.source == .increments {
                increments.append(folder)
                continue
            }
            try await take(folder)
            progress(report)
        }
        try await publishBatch()
        if !increments.isEmpty { try await takeIncrements(increments) }
    }

    /// - Parameter folder: below the other vault.
    private mutating func take(_ folder: String) async throws {
        let scan = try self.scan(folder)
        let known = try self.known(in: folder)
        for (record, manifest) in scan.manifests {
            guard let candidate = self.candidate(record, manifest) else { continue }
            report.snapshots += 1
            if known[record.path] == record.manifestSHA256, !locked.isDamaged(candidate.address) {
                report.already += 1
                continue
            }
            try await take(candidate)
        }
    }

    /// Reads a date folder of the other vault, and names what is damaged in it.
    mutating func scan(_ folder: String) throws -> FolderScan {
        let scan = try vaultErrors { try FolderScan(folder, source.layout, source.files) }
        for (name, damage) in zip(scan.damagedSnapshots, scan.damages) {
            report.snapshots += 1
            refuse("\(folder)/\(name.manifestName)", Self.code(damage), damage.message)
        }
        return scan
    }

    /// The manifests that are here in a date folder, by path: their checksums.
    func known(in folder: String) throws -> [String: String] {
        try vaultErrors {
            Dictionary(
                try vault.catalog.snapshots(inFolder: folder).map { ($0.path, $0.manifestSHA256) },
                uniquingKeysWith: { first, _ in first })
        }
    }

    func candidate(_ record: SnapshotRecord, _ manifest: Manifest) -> MergeCandidate? {
        guard case .manifest(let name) = SnapshotFileName(PathText.name(of: record.path)) else { return nil }
        return MergeCandidate(
            manifest, at: SnapshotAddress(source: manifest.source, task: manifest.task, name: name),
            sha256: record.manifestSHA256)
    }

    private static func code(_ damage: Damage) -> VaultError.Code {
        damage.code == .newerFormat ? .newerFormat : .damaged
    }

    private mutating func take(_ candidate: MergeCandidate) async throws {
        guard try isSameHost(candidate) else { return }
        if candidate.address.name.window == nil { return try await takeCapture(candidate) }
        guard let window = candidate.manifest.window else { return }
        if candidate.manifest.isEdgeOnly, !isHealing, !isAtEdges { return edges.append(candidate) }
        report.noteEnds(of: candidate.manifest.windows().lazy.map(\.window), task: locked.task.text)
        // What waits in the batch is not in the index yet.
        if window.from < batchEnd { try await publishBatch() }
        let here = try self.here(candidate, window)
        if let damaged = damage(over: window) {
            if isHealing, here.isEmpty, damaged == candidate.address { return try await heal(candidate) }
            return refuse(
                candidate, .damaged, "\(damaged) is damaged here; octovault verify --heal, then merge again")
        }
        if here.isEmpty || replaces(candidate, here) { return try await add(candidate, until: window.to) }
        try await publishBatch()
        if isAtEdges, Self.holdsEdge(of: window, here) {
            report.already += 1
            return
        }
        guard let rest = try makeWay(for: candidate, here) else { return }
        if rest.isEmpty { return try await add(candidate, until: window.to) }
        try await join(candidate, with: rest)
        if !candidate.manifest.parts.isEmpty, replaces(candidate, try self.here(candidate, window)) {
            // Joined, the windows here are its own, so that it takes their place as it would had they come one by one.
            var candidate = candidate
            candidate.isCounted = true
            try await addAlone(candidate)
        }
    }

    /// The windows that are covered here of a snapshot's time.
    private func here(_ candidate: MergeCandidate, _ window: Window) throws -> [WindowRecord] {
        try vaultErrors {
            try vault.catalog.windows(
                of: locked.task.text, source: .storageTime, host: candidate.manifest.host, in: window)
        }
    }

    /// Moves windows away that were taken here for an edge alone, where one that was asked for comes to lie over them
    /// and has other bounds.
    ///
    /// - Returns: what stays here of `here`; nil where the snapshot is not sound, or what is in its way stays.
    private mutating func makeWay(for candidate: MergeCandidate, _ here: [WindowRecord]) throws -> [WindowRecord]? {
        guard !candidate.manifest.isEdgeOnly else { return here }
        let own = Set(candidate.manifest.windows().map(\.window))
        let edges = here.filter { $0.facts.isEdgeOnly && $0.part == nil && !own.contains($0.window) }
        let rest = here.filter { record in !edges.contains { $0.path == record.path } }
        // One that was asked for is not replaced, so nothing makes way.
        guard !edges.isEmpty, rest.allSatisfy({ own.contains($0.window) }) else { return here }
        let problems = try SnapshotCheck(deep: true, files: source.files)
            .run(candidate.manifest, folder: source.layout.path(candidate.origin.folder)).problems
        if let problem = problems.first {
            refuse(candidate, VaultError(problem).code, problem.message)
            return nil
        }
        for edge in edges {
            guard let address = SnapshotAddress(manifestPath: edge.path, task: locked.task) else { return here }
            let place = try isDryRun ? nil : locked.moveAside(address)
            if own.contains(where: { $0.to == edge.window.to }) { continue }
            let message = "\(address) was taken for the rows at its end alone and gives way to \(candidate.address)"
            let conflict = MergeReport.Conflict(
                vault: vault.root, task: locked.task.text, path: edge.path, code: .overlap,
                message: message + (place.map { "; it lies in \($0)" } ?? ""))
            report.displaced.append(.init(task: locked.task.text, end: edge.window.to, conflict: conflict))
        }
        return rest
    }

    /// Takes windows that were taken for an edge alone, of which nobody asked for more: where another window ends at
    /// that edge, its rows are here.
    mutating func takeEdges(_ candidates: [MergeCandidate]) async throws {
        isAtEdges = true
        for candidate in candidates { try await take(candidate) }
        try await publishBatch()
    }

    /// Whether another window here ends where this one does, so that the rows at that edge are here.
    private static func holdsEdge(of window: Window, _ here: [WindowRecord]) -> Bool {
        here.contains { $0.window.to == window.to && $0.window != window }
    }

    /// A damaged snapshot here over a window.
    private func damage(over window: Window) -> SnapshotAddress? {
        locked.damagedSnapshots.first { $0.name.window?.overlaps(window) ?? false }
    }

    /// Whether a compacted snapshot stands for all that is here over its window, as it is.
    private func replaces(_ candidate: MergeCandidate, _ here: [WindowRecord]) -> Bool {
        let manifest = candidate.manifest
        guard !manifest.parts.isEmpty, manifest.superseded.isEmpty else { return false }
        let names = Set(manifest.replaces.map { "\(candidate.address.folder)/\($0)" })
        return here.allSatisfy { record in
            guard record.part == nil, names.contains(record.path), record.path != candidate.address.manifestPath,
                let part = manifest.part(of: record.window)
            else { return false }
            return part.rows == record.facts.rows && part.rowsDigest.hex == record.facts.rowsDigest
                && (part.state == .pruned) == (record.state == .pruned)
                && part.capturedAt >= record.facts.capturedAt
        }
    }

    mutating func isSameHost(_ candidate: MergeCandidate) throws -> Bool {
        if host == nil {
            host = try vaultErrors { try vault.catalog.series(tasks: [locked.task.text]).first?.host }
        }
        let other = candidate.manifest.host
        if host == nil { host = other }
        guard host != other else { return true }
        // One such conflict tells of all the task's snapshots.
        if refusedHosts.insert(other).inserted {
            refuse(
                candidate, .otherHost,
                "task \(locked.task) was backed up from \(host ?? "") here, and from \(other) in \(source.layout.root)")
        } else {
            report.add(
                .init(
                    vault: source.layout.root, task: locked.task.text, path: candidate.address.manifestPath,
                    code: .otherHost, message: "backed up from \(other)"))
        }
        return false
    }

    mutating func refuse(_ candidate: MergeCandidate, _ code: VaultError.Code, _ message: String) {
        refuse(candidate.address.manifestPath, code, message)
    }

    private mutating func refuse(_ path: String, _ code: VaultError.Code, _ message: String) {
        report.add(
            .init(vault: source.layout.root, task: locked.task.text, path: path, code: code, message: message))
    }
}

// New snapshots, in batches.
extension TaskMerge {
    /// Captures of one second on two machines are two captures, unless all that was said of them then is the same.
    private mutating func takeCapture(_ candidate: MergeCandidate) async throws {
        try await publishBatch()
        let folder = SnapshotFolder(path: vault.layout.path(candidate.address.folder), files: vault.files)
        var candidate = candidate
        // What was set aside for damage is to come back to its own place.
        if locked.isDamaged(candidate.address), !isHealing {
            return refuse(candidate, .damaged, "\(candidate.address) is damaged here; octovault verify --heal first")
        }
        let same = try vaultErrors { () -> (name: SnapshotName, manifest: Manifest)? in
            for entry in try folder.entries() {
                guard case .manifest(let name) = entry.kind, case .capture(let moment, _) = name,
                    moment == candidate.manifest.capturedAt, let own = try folder.manifest(of: name)
                else { continue }
                if candidate.isSameCapture(as: own) { return (name, own) }
            }
            return nil
        }
        if let same {
            var own = same.manifest
            guard candidate.manifest.mark?.isConfirmed == true, own.mark?.isConfirmed == false else {
                report.already += 1
                return
            }
            own.mark?.isConfirmed = true
            if !isDryRun {
                var address = candidate.address
                address.name = same.name
                try locked.publish(own, at: address)
            }
            report.merged += 1
            return
        }
        if try vaultErrors({ try folder.manifest(of: candidate.address.name) }) != nil {
            let address = try locked.captureAddress(source: candidate.address.source, at: candidate.manifest.capturedAt)
            candidate.place(at: address)
        }
        try await add(candidate, until: nil)
    }

    private mutating func add(_ candidate: MergeCandidate, until end: StorageInstant?) async throws {
        batch.append(candidate)
        batchEnd = end ?? batchEnd
        if batch.count >= Self.batchSize || end == nil { try await publishBatch() }
    }

    /// Publishes one snapshot now.
    mutating func addAlone(_ candidate: MergeCandidate) async throws {
        try await publishBatch()
        try await add(candidate, until: nil)
    }

    private mutating func publishBatch() async throws {
        let candidates = batch
        batch = []
        batchEnd = .earliest
        guard !candidates.isEmpty else { return }
        let (source, locked, isDryRun) = (source, locked, isDryRun)
        let folders = Set(candidates.map(\.address.folder))
        if !isDryRun {
            try vaultErrors { for folder in folders { try vault.files.makeFolders(vault.layout.path(folder)) } }
        }
        let prepared = await DeviceWaits.map(candidates) { candidate in
            Result { () throws -> MergeCandidate.Prepared in
                try candidate.prepare(from: source, for: locked, isDryRun: isDryRun)
            }
        }
        var ready: [PendingSnapshot] = []
        var origins: [MergeCandidate] = []
        for (candidate, outcome) in zip(candidates, prepared) {
            switch outcome {
            case .success(.unsound(let error)): refuse(candidate, VaultError(error).code, error.message)
            case .success(.sound(let snapshot)):
                guard let snapshot else {
                    count(candidate)
                    continue
                }
                ready.append(snapshot)
                origins.append(candidate)
            case .failure(let error):
                for snapshot in ready { snapshot.draft.map(locked.discard) }
                throw error
            }
        }
        for (candidate, outcome) in zip(origins, await locked.publish(ready)) {
            switch outcome {
            case .success: count(candidate)
            case .failure(let error) where error.code == .overlap || error.code == .damaged:
                refuse(candidate, error.code, error.message)
            case .failure(let error): throw error
            }
        }
    }

    private mutating func count(_ candidate: MergeCandidate) {
        guard !candidate.isCounted else { return }
        report.merged += 1
        if candidate.manifest.archive != nil {
            report.rows += candidate.manifest.rows + candidate.manifest.superseded.reduce(0) { $0 + $1.rows }
        }
    }
}
