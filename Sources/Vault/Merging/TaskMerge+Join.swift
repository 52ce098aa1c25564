import Archive
import Catalog
import Records
import StorageTime

// A snapshot whose time is covered here already.
extension TaskMerge {
    private enum Outcome {
        case already
        case merged(rows: Int)
    }

    /// Why a snapshot is left as it is.
    private struct Refusal: Error {
        let code: VaultError.Code
        let message: String
    }

    /// - Parameter here: all windows that are covered here of the snapshot's own.
    mutating func join(_ candidate: MergeCandidate, with here: [WindowRecord]) async throws {
        do {
            try await join(candidate, window: candidate.manifest.window, here)
        } catch let refusal as Refusal {
            refuse(candidate, refusal.code, refusal.message)
        } catch let error as ArchiveError where error.isDamage {
            refuse(candidate, .damaged, error.message)
        }
    }

    private mutating func join(_ candidate: MergeCandidate, window: Window?, _ here: [WindowRecord]) async throws {
        let windows = candidate.manifest.windows().map(\.window)
        let own = Set(windows)
        if let other = here.first(where: { !own.contains($0.window) }) {
            throw Refusal(
                code: .overlap,
                message: "\(candidate.address) overlaps \(other.window), which \(other.path) covers here")
        }
        let problems = try SnapshotCheck(deep: true, files: source.files)
            .run(candidate.manifest, folder: source.layout.path(candidate.origin.folder)).problems
        if let problem = problems.first { throw Refusal(code: VaultError(problem).code, message: problem.message) }
        let taken = Dictionary(here.map { ($0.window, $0.path) }, uniquingKeysWith: { first, _ in first })
        var isMerged = false
        for window in windows {
            guard
                let theirs = try WindowRows(
                    of: window, in: candidate.manifest, folder: source.layout.path(candidate.origin.folder),
                    files: source.files)
            else { continue }
            let outcome =
                if let path = taken[window] { try join(window, theirs, at: path) } else { try add(window, theirs) }
            if case .merged(let rows) = outcome {
                isMerged = true
                report.rows += rows
            }
        }
        if isMerged { report.merged += 1 } else { report.already += 1 }
    }

    /// A snapshot that was set aside here: the other's, and what still reads of this one and is not in it.
    mutating func heal(_ candidate: MergeCandidate) async throws {
        let folder = source.layout.path(candidate.origin.folder)
        let findings = try SnapshotCheck(deep: true, files: source.files).run(candidate.manifest, folder: folder)
        if let problem = findings.problems.first {
            return refuse(candidate, VaultError(problem).code, problem.message)
        }
        let salvage = try locked.salvage(at: candidate.address)
        let isSame =
            salvage?.promised.map { $0.rows == candidate.manifest.rows && $0.digest == candidate.manifest.rowsDigest }
            ?? (salvage == nil)
        var candidate = candidate
        if salvage?.isWanted == true { candidate.claim() }
        guard !isSame, let salvage, candidate.manifest.parts.isEmpty,
            let theirs = try WindowRows(
                of: candidate.manifest.window ?? Window(from: .earliest, to: .latest), in: candidate.manifest,
                folder: folder, files: source.files)
        else { return try await addAlone(candidate) }
        let missing = try MissingRows(
            base: theirs, others: [{ body in try salvage.forEachBlock { rows, _ in try body(rows) } }])
        if missing.count == 0, salvage.isWhole || salvage.promised == nil { return try await addAlone(candidate) }
        var manifest = theirs.manifest
        // Rows that neither this one nor what was saved holds may have been lost.
        if !salvage.isWhole, manifest.rows + missing.count > 0 { manifest.state = .unproven }
        if isDryRun == false { try write(manifest, base: theirs, missing: missing, in: candidate.address) }
        report.merged += 1
        report.rows += manifest.rows + missing.count
    }

    /// A part of a compacted day as a snapshot of its own.
    private func add(_ window: Window, _ theirs: WindowRows) throws -> Outcome {
        let rows = theirs.manifest.archive == nil ? 0 : theirs.manifest.rows
        guard !isDryRun else { return .merged(rows: rows) }
        let home = locked.address(of: window)
        var manifest = theirs.manifest
        guard manifest.archive != nil else {
            manifest.revision = try locked.nextRevision(at: home)
            try locked.publish(manifest, at: home)
            return .merged(rows: 0)
        }
        try write(manifest, base: theirs, missing: nil, in: home)
        return .merged(rows: rows)
    }

    private func join(_ window: Window, _ theirs: WindowRows, at path: String) throws -> Outcome {
        guard let home = SnapshotAddress(manifestPath: path, task: locked.task),
            let snapshot = try locked.manifest(at: home)
        else { throw Refusal(code: .damaged, message: "\(path) cannot be read here") }
        let ours: WindowRows?
        do throws(ArchiveError) {
            ours = try WindowRows(
                of: window, in: snapshot, folder: vault.layout.path(home.folder), files: vault.files)
        } catch {
            throw Refusal(code: VaultError(error).code, message: error.message)
        }
        guard let ours else { throw Refusal(code: .overlap, message: "\(path) does not hold \(window)") }
        let (one, two) = (ours.manifest, theirs.manifest)
        let isSame =
            one.rows == two.rows && one.rowsDigest == two.rowsDigest && !ours.hasEarlier && !theirs.hasEarlier
        return isSame ? try joinFacts(ours, theirs, in: home) : try joinRows(ours, theirs, in: home)
    }

    private func joinFacts(_ ours: WindowRows, _ theirs: WindowRows, in home: SnapshotAddress) throws -> Outcome {
        guard JoinedFacts.choose(ours.manifest, theirs.manifest) == .theirs else {
            return try claim(ours.manifest, theirs.manifest, in: home)
        }
        guard !isDryRun else { return .merged(rows: 0) }
        var manifest = theirs.manifest
        manifest.isEdgeOnly = ours.manifest.isEdgeOnly && theirs.manifest.isEdgeOnly
        if manifest.kept > 0, manifest.archive?.sha256 != ours.manifest.archive?.sha256 {
            // Which rows are kept is said by their places.
            try write(manifest, base: theirs, missing: nil, in: home)
            return .merged(rows: 0)
        }
        manifest.revision = ours.manifest.revision
        manifest.archive = ours.manifest.archive
        manifest.columns = ours.manifest.columns
        manifest.replaces = ours.manifest.replaces
        try locked.publish(manifest, in: home)
        return .merged(rows: 0)
    }

    /// A window that somebody asked for in either vault was asked for: what is here stays, and says so.
    private func claim(_ ours: Manifest, _ theirs: Manifest, in home: SnapshotAddress) throws -> Outcome {
        guard ours.isEdgeOnly, !theirs.isEdgeOnly else { return .already }
        var manifest = ours
        manifest.isEdgeOnly = false
        if !isDryRun { try locked.publish(manifest, in: home) }
        return .merged(rows: 0)
    }

    private func joinRows(_ ours: WindowRows, _ theirs: WindowRows, in home: SnapshotAddress) throws -> Outcome {
        // What was given up here by a rule stays so; rows that came since are no part of that.
        if theirs.manifest.state == .pruned { return try claim(ours.manifest, theirs.manifest, in: home) }
        let isTheirsBase = try isBase(theirs, over: ours)
        let (base, other) = isTheirsBase ? (theirs, ours) : (ours, theirs)
        let missing = try MissingRows(base: base, other: other)
        let before = ours.manifest.archive == nil ? 0 : ours.manifest.rows
        let after = (base.manifest.archive == nil ? 0 : base.manifest.rows) + missing.count
        // A later revision says which rows the API had no more, unless nothing proves that it has all of them.
        let isNews = isTheirsBase ? theirs.manifest.state != .unproven || after > before : missing.count > 0
        guard isNews else { return try claim(ours.manifest, theirs.manifest, in: home) }
        guard !isDryRun else { return .merged(rows: max(0, after - before)) }
        var manifest = base.manifest
        manifest.isEdgeOnly = ours.manifest.isEdgeOnly && theirs.manifest.isEdgeOnly
        if after > 0 {
            let isProvenAlone = base.manifest.state == .sealed && missing.count == 0
            let isDoubtful = [ours, theirs].contains { $0.manifest.state == .unproven && $0.manifest.rows > 0 }
            manifest.state = isDoubtful && !isProvenAlone ? .unproven : .sealed
        }
        try write(manifest, base: base, missing: missing, in: home)
        return .merged(rows: max(0, after - before))
    }

    /// Whether the other vault's revision says what is so of the window, and ours only adds rows: where it is the
    /// later one, unless one of both is proven and has all rows of the other, which is not.
    private func isBase(_ theirs: WindowRows, over ours: WindowRows) throws -> Bool {
        if ours.manifest.state == .pruned { return true }
        let isOursProven = ours.manifest.state != .unproven
        if isOursProven != (theirs.manifest.state != .unproven) {
            let (proven, other) = isOursProven ? (ours, theirs) : (theirs, ours)
            if try MissingRows(base: proven, other: other).count == 0 { return !isOursProven }
        }
        return theirs.manifest.capturedAt > ours.manifest.capturedAt
    }

    /// Publishes a window's next revision: the base's rows, then those that it lacks.
    private func write(
        _ manifest: Manifest, base: WindowRows, missing: MissingRows?, in home: SnapshotAddress
    ) throws {
        guard let window = manifest.window else { return }
        var manifest = manifest
        let draft = try locked.beginDraft(at: locked.address(of: window))
        do {
            try base.copyNewest(to: draft)
            let first = draft.rows
            try missing?.append(to: draft)
            manifest.archive = try draft.finish()
            let kept = draft.rows - first
            if kept > 0 {
                let isTold = manifest.kept == 0 || manifest.absent != nil
                manifest.absent = isTold ? Self.joined(manifest.absent ?? [], first..<draft.rows) : nil
                manifest.kept += kept
            }
            manifest.rows = draft.rows
            manifest.rowsDigest = draft.digest
            manifest.columns = draft.columns
            manifest.revision = draft.revision
            manifest.superseded = []
            manifest.replaces = []
            try locked.publish(manifest, draft: draft, in: home)
        } catch {
            locked.discard(draft)
            throw error
        }
    }

    private static func joined(_ runs: [Range<Int>], _ last: Range<Int>) -> [Range<Int>] {
        guard let end = runs.last, end.upperBound == last.lowerBound else { return runs + [last] }
        return runs.dropLast() + [end.lowerBound..<last.upperBound]
    }
}
