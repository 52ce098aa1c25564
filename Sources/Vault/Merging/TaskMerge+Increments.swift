import Archive
import Catalog
import Foundation
import Records
import RowJSON

// Increments are parts of one whole: what another vault has of it is taken as it is where it only goes on from what is
// here, and by the union rule where both vaults read the same rows.
extension TaskMerge {
    /// - Parameter folders: all of the task's date folders of increments, below the other vault.
    mutating func takeIncrements(_ folders: [String]) async throws {
        var there = IncrementChain()
        var unknown = 0
        for folder in folders.sorted(by: { $0.precedesInBytes($1) }) {
            let scan = try self.scan(folder)
            let known = try self.known(in: folder)
            for (record, manifest) in scan.manifests {
                report.snapshots += 1
                guard let candidate = self.candidate(record, manifest) else { continue }
                let isKnown = known[record.path] == record.manifestSHA256 && !locked.isDamaged(candidate.address)
                if !isKnown {
                    guard try isSameHost(candidate) else { continue }
                    if locked.isDamaged(candidate.address) {
                        refuse(
                            candidate, .damaged, "\(candidate.address) is damaged here; octovault verify --heal first")
                        continue
                    }
                    unknown += 1
                }
                there.append(.init(manifest, at: candidate.address, sha256: record.manifestSHA256))
            }
        }
        guard unknown > 0 else {
            report.already += there.links.count
            return
        }
        there.sort()
        try await join(there, with: try chainHere())
    }

    private func chainHere() throws -> IncrementChain {
        var chain = IncrementChain()
        var addresses: [SnapshotAddress] = []
        try vault.catalog.forEachSnapshot(tasks: [locked.task.text], source: .increments) { record in
            if let address = record.address, !locked.isDamaged(address) { addresses.append(address) }
        }
        for address in addresses {
            guard let manifest = try locked.manifest(at: address) else { continue }
            chain.append(.init(manifest, at: address, sha256: ""))
        }
        chain.sort()
        return chain
    }

    private mutating func join(_ there: IncrementChain, with here: IncrementChain) async throws {
        guard here.keys.isSubset(of: there.keys) || here.isApart(from: there) else {
            return try joinOverlapping(there.links, of: there, here)
        }
        var isBehind = true
        var overlapping: [IncrementChain.Link] = []
        for link in there.links {
            let isTaken = try await take(link, here)
            if isTaken == nil { overlapping.append(link) }
            if isTaken != false { isBehind = false }
        }
        if !overlapping.isEmpty { return try joinOverlapping(overlapping, of: there, try chainHere()) }
        if isBehind, here.keys == there.keys { try takeLaterFacts(of: there, here) }
    }

    /// Takes a snapshot as it is.
    ///
    /// - Returns: false where its rows are here; nil where some are, in snapshots that it does not stand for.
    private mutating func take(_ link: IncrementChain.Link, _ here: IncrementChain) async throws -> Bool? {
        let missing = link.keys.filter { !here.keys.contains($0) }
        guard let manifest = try self.manifest(of: link) else { return nil }
        let own = Set(link.keys)
        let holders = here.links.filter { $0.keys.contains(where: own.contains) }
        let isReplacing = try !holders.isEmpty && holders.allSatisfy { try replaces(manifest, link, $0) }
        if !isReplacing {
            if missing.isEmpty {
                report.already += 1
                return false
            }
            if missing.count < link.increments.count { return nil }
        }
        var candidate = MergeCandidate(try keptApart(manifest, link), at: link.address, sha256: link.sha256)
        let folder = SnapshotFolder(path: vault.layout.path(link.address.folder), files: vault.files)
        if try vaultErrors({ try folder.manifest(of: link.address.name) }) != nil {
            candidate.place(at: try locked.captureAddress(source: .increments, at: manifest.capturedAt))
        }
        let before = report.merged
        try await addAlone(candidate)
        if report.merged > before {
            for key in link.keys where here.keys.contains(key) && manifest.archive != nil { report.rows -= key.rows }
        }
        return true
    }

    private func manifest(of link: IncrementChain.Link) throws -> Manifest? {
        try vaultErrors {
            try SnapshotFolder(path: source.layout.path(link.address.folder), files: source.files)
                .manifest(of: link.address.name)
        }
    }

    /// Whether a compacted snapshot stands for one that is here.
    private func replaces(_ manifest: Manifest, _ link: IncrementChain.Link, _ own: IncrementChain.Link) throws -> Bool
    {
        guard own.address.folder == link.address.folder, own.address.name != link.address.name,
            manifest.replaces.contains(own.address.name.manifestName),
            let held = try locked.manifest(at: own.address)
        else { return false }
        return manifest.standsFor(held)
    }

    /// The manifest, replacing nothing that is here under a name that it means another snapshot by.
    private func keptApart(_ manifest: Manifest, _ link: IncrementChain.Link) throws -> Manifest {
        let folder = SnapshotFolder(path: vault.layout.path(link.address.folder), files: vault.files)
        var kept = manifest
        try kept.replaces.removeAll { name in
            guard case .manifest(let snapshot) = SnapshotFileName(name),
                let own = try vaultErrors({ try folder.manifest(of: snapshot) })
            else { return false }
            return !manifest.standsFor(own)
        }
        return kept
    }

    /// The same increments, of which the other vault may have learnt more since: the last cursor, what the server
    /// counted, what is proven.
    private mutating func takeLaterFacts(of there: IncrementChain, _ here: IncrementChain) throws {
        for own in here.links.dropLast() where own.state == .unproven {
            let isProven = there.links.contains { link in
                link.state != .unproven && link.state != .pruned && Set(own.keys).isSubset(of: link.keys)
            }
            guard isProven, var manifest = try locked.manifest(at: own.address) else { continue }
            manifest.state = manifest.rows == 0 ? .empty : .sealed
            try republish(manifest, at: own.address)
        }
        guard let own = here.links.last, let last = there.links.last,
            var manifest = try locked.manifest(at: own.address),
            let theirs = try self.manifest(of: last), theirs.seenAt > manifest.seenAt, let range = theirs.range
        else { return }
        manifest.total = theirs.total
        manifest.kept = theirs.kept
        manifest.recheckedAt = theirs.seenAt
        manifest.range?.through = range.through
        manifest.range?.restTotal = range.restTotal
        manifest.range?.walkedAt = range.walkedAt
        if manifest.state != .pruned {
            manifest.state = theirs.state == .unproven ? .unproven : manifest.rows == 0 ? .empty : .sealed
        }
        try republish(manifest, at: own.address)
    }

    private mutating func republish(_ manifest: Manifest, at address: SnapshotAddress) throws {
        if !isDryRun { try locked.publish(manifest, at: address) }
        report.merged += 1
        report.already -= 1
    }
}

// Two vaults that read the same rows.
extension TaskMerge {
    /// An increment's rows, as a way to read them.
    private typealias Rows = (_ body: (RowBlock) throws -> Void) throws -> Void

    /// What increments here lack of the other vault's becomes one more increment, by the union rule over all rows of
    /// those that only one of the two has.
    ///
    /// - Parameter links: those of the other vault's that are to be looked at.
    private mutating func joinOverlapping(
        _ links: [IncrementChain.Link], of there: IncrementChain, _ here: IncrementChain
    ) throws {
        var theirs: [Rows] = []
        var isWhole = true
        var contributing = 0
        for link in links {
            guard link.keys.contains(where: { !here.keys.contains($0) }), link.state != .pruned,
                let manifest = try self.manifest(of: link)
            else {
                if link.state == .pruned { isWhole = false }
                report.already += 1
                continue
            }
            let folder = source.layout.path(link.address.folder)
            if let problem = try SnapshotCheck(deep: true, files: source.files).run(manifest, folder: folder)
                .problems.first
            {
                refuse(
                    MergeCandidate(manifest, at: link.address, sha256: link.sha256), VaultError(problem).code,
                    problem.message)
                isWhole = false
                continue
            }
            contributing += 1
            theirs.append(rows(of: manifest, besides: here.keys, folder, source.files))
        }
        guard contributing > 0 else { return }
        let missing = try missingRows(theirs, there, here)
        guard missing.count > 0 else {
            report.already += contributing
            return
        }
        let sum = Manifest.sum([here.rows, missing.count])
        if !isDryRun, let manifest = try union(there, here, rows: sum, isWhole: isWhole) {
            try publish(manifest, missing)
        }
        // Which of them brought the rows is not told.
        report.merged += contributing
        report.rows += missing.count
    }

    private func missingRows(
        _ theirs: [Rows], _ there: IncrementChain, _ here: IncrementChain
    ) throws -> MissingRows {
        var held = EarlierRows()
        for link in here.links where link.keys.contains(where: { !there.keys.contains($0) }) {
            guard let manifest = try locked.manifest(at: link.address) else { continue }
            let read = rows(of: manifest, besides: there.keys, vault.layout.path(link.address.folder), vault.files)
            do {
                try read { try held.insert(contentsOf: $0) }
            } catch let error as ArchiveError where error.isDamage {
                // Its rows do not count as held, and are taken again.
                guard try locked.noteDamage(error, at: link.address) else { throw error }
            }
        }
        return try MissingRows(notIn: &held, of: { body in for read in theirs { try read(body) } })
    }

    /// The rows of a snapshot's increments, but for those that both vaults have.
    private func rows(
        of manifest: Manifest, besides common: Set<IncrementKey>, _ folder: String, _ files: any Files
    ) -> Rows {
        { body in
            guard let archive = try ArchiveReader.open(manifest, folder: folder, files: files) else { return }
            for increment in manifest.increments() where !common.contains(IncrementKey(increment)) {
                try archive.forEachMember(in: increment.members) { _, ndjson in
                    try Task.checkCancellation()
                    try body(RowBlock(ndjson: ndjson))
                }
            }
        }
    }

    /// What is to be said of all increments once the rows that were missing are among them.
    ///
    /// The later of two vaults that had read all and proven it knows where to go on from, and what the server had then;
    /// rows beyond that are rows that it had no more. Where neither had, the task is to be read from its first row.
    private func union(
        _ there: IncrementChain, _ here: IncrementChain, rows: Int, isWhole: Bool
    ) throws -> Manifest? {
        let ours = try here.links.last.flatMap { try locked.manifest(at: $0.address) }
        let theirs = try there.links.last.flatMap { try self.manifest(of: $0) }
        var sides: [(manifest: Manifest, rows: Int)] = []
        if let ours { sides.append((ours, here.rows)) }
        if let theirs { sides.append((theirs, there.rows)) }
        guard let moment = sides.map({ $0.manifest.capturedAt }).max() else { return nil }
        let proven = sides.filter { side in
            side.manifest.state != .unproven && side.manifest.range?.restTotal == 0
                && side.rows == side.manifest.total + side.manifest.kept
        }
        let latest = (proven.isEmpty ? sides : proven).max { $0.manifest.seenAt < $1.manifest.seenAt }
        guard var manifest = latest?.manifest else { return nil }
        let kept = rows - manifest.total
        let isProven = isWhole && !proven.isEmpty && kept >= 0
        manifest.state = isProven ? .sealed : .unproven
        manifest.kept = isProven ? kept : 0
        manifest.range?.after = CursorRange.start
        manifest.range?.walkedAt = sides.compactMap { $0.manifest.range?.walkedAt }.max()
        manifest.tool = vault.configuration.tool
        manifest.proof = .totals
        manifest.capturedAt = moment
        manifest.recheckedAt = nil
        manifest.requests = 0
        manifest.attempts = 1
        manifest.superseded = []
        manifest.replaces = []
        manifest.increments = []
        return manifest
    }

    private func publish(_ manifest: Manifest, _ missing: MissingRows) throws {
        var manifest = manifest
        let address = try locked.captureAddress(source: .increments, at: manifest.capturedAt)
        let draft = try locked.beginDraft(at: address)
        do {
            try missing.append(to: draft)
            manifest.archive = try draft.finish()
            manifest.rows = draft.rows
            manifest.rowsDigest = draft.digest
            manifest.columns = draft.columns
            manifest.revision = draft.revision
            try locked.publish(manifest, draft: draft, at: address)
        } catch {
            locked.discard(draft)
            throw error
        }
    }
}

extension Manifest {
    /// When the server was last asked about what the manifest says.
    fileprivate var seenAt: Date { max(recheckedAt ?? capturedAt, capturedAt) }
}
