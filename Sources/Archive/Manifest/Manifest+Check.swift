import Records
import StorageTime

extension Manifest {
    /// Checks that the figures agree with each other, which also bounds what a reader of the archive must allocate.
    ///
    /// - Throws: ``ArchiveError/Code/manifestInconsistent``, saying which do not.
    package func check(path: String = "the manifest") throws(ArchiveError) {
        let found =
            windowProblem ?? countProblem ?? absentProblem ?? archiveProblem ?? replacesProblem ?? partsProblem
            ?? incrementsProblem
        guard let problem = found else { return }
        throw ArchiveError(.manifestInconsistent, "\(path) contradicts itself: \(problem)")
    }

    /// Checks that the manifest lies where its contents say.
    ///
    /// - Parameter address: where it was found.
    /// - Throws: ``ArchiveError/Code/manifestMisplaced``.
    package func check(at address: SnapshotAddress) throws(ArchiveError) {
        let isInPlace: Bool =
            switch address.name {
            case .window(let window): window == self.window
            case .capture(let date, _): self.window == nil && date.wholeSecond == capturedAt
            }
        let names = (archive.map { [$0] } ?? []) + superseded.map(\.archive)
        guard isInPlace, address.source == source, address.task == task,
            names.allSatisfy({ $0.isArchive(of: address.name) })
        else {
            throw ArchiveError(.manifestMisplaced, "\(address.manifestPath) holds the manifest of another snapshot")
        }
    }

    private var windowProblem: String? {
        if (source == .storageTime) != (window != nil) { return "only the source storage-time has windows" }
        if (source == .increments) != (range != nil) { return "only the source increments has ranges" }
        if mark != nil, source != .unexported { return "only unexported rows are marked" }
        if (source == .lot) != (lot != nil) { return "only the source lot has a lot" }
        if isEdgeOnly, window == nil || !parts.isEmpty { return "only a window of its own is taken for an edge" }
        return revision < 1 ? "revisions count from 1" : nil
    }

    private var countProblem: String? {
        if min(total, edgeRows, kept, rows) < 0 || min(requests, attempts) < 0 { return "a count is negative" }
        // An increment's counts are the whole task's.
        if state != .pruned, source != .increments, rows != total - edgeRows + kept {
            return "\(rows) rows are not total \(total) less edge_rows \(edgeRows) plus kept \(kept)"
        }
        if state == .empty, rows != 0 { return "it is \(state.rawValue) and has \(rows) rows" }
        if state != .pruned, rows == 0, rowsDigest != RowsDigest() { return "no rows have another digest" }
        return nil
    }

    private var absentProblem: String? {
        let lists = [(absent, kept, rows)] + parts.map { ($0.absent, $0.kept, $0.rows) }
        for case (let runs?, let kept, let rows) in lists {
            var end = 0
            var places = 0
            for run in runs {
                guard run.lowerBound >= end, run.upperBound <= rows else { return "rows are absent that are not there" }
                end = run.upperBound
                places += run.count
            }
            if places != kept { return "\(places) rows are absent, and \(kept) are kept" }
        }
        return nil
    }

    private var archiveProblem: String? {
        guard (archive != nil) == (rows > 0 && state != .pruned) else {
            return archive == nil ? "\(rows) rows have no archive" : "there is an archive of no rows"
        }
        if let archive, let problem = archive.problem(rows: rows) { return problem }
        for old in superseded {
            if let problem = old.archive.problem(rows: old.rows) { return "superseded: \(problem)" }
        }
        let names = (archive.map { [$0.file] } ?? []) + superseded.map(\.archive.file)
        return Set(names).count == names.count ? nil : "an archive is named twice"
    }

    private var replacesProblem: String? {
        for name in replaces {
            if !increments.isEmpty, case .manifest(.capture) = SnapshotFileName(name) { continue }
            guard case .manifest(.window(let old)) = SnapshotFileName(name) else {
                return "'\(name)', which it replaces, is no window's manifest"
            }
            guard let window, window.from <= old.from, old.to <= window.to else {
                return "'\(name)', which it replaces, is not inside its window"
            }
        }
        return nil
    }

    private var partsProblem: String? {
        guard !parts.isEmpty else { return nil }
        guard let window else { return "a capture has no parts" }
        var end = window.from
        var member = 0
        var digest = RowsDigest()
        for part in parts {
            guard part.window.from >= end, part.window.to <= window.to else {
                return "the parts' windows do not follow each other inside its own"
            }
            end = part.window.to
            if part.state == .pruned {
                // Its rows are gone, and so are its members; what it says of them adds up to no archive.
                guard part.members.isEmpty else { return "a part is pruned and has members" }
                continue
            }
            digest.add(part.rowsDigest)
            guard part.rows == part.total - part.edgeRows + part.kept else {
                return "a part's rows are not its total less edge_rows plus kept"
            }
            guard part.members.lowerBound <= archive?.members.count ?? 0 else {
                return "a part has members past the last"
            }
            let members = part.members.isEmpty ? member..<member : part.members
            guard members.lowerBound == member, members.upperBound <= archive?.members.count ?? 0 else {
                return "the parts' members do not follow each other"
            }
            member = members.upperBound
            guard part.rows == archive?.members[members].reduce(0, { $0 + $1.rows }) ?? 0 else {
                return "a part's rows are not those of its members"
            }
        }
        if state == .pruned { return nil }
        if member != archive?.members.count ?? 0 { return "a member belongs to no part" }
        return digest == rowsDigest ? nil : "the parts' digests do not add up to rows_digest"
    }
}

extension ArchiveFacts {
    /// What is wrong with the figures; nil where they agree.
    fileprivate func problem(rows: Int) -> String? {
        guard case .archive = SnapshotFileName(file) else { return "'\(file)' is no archive's name" }
        guard Hex.bytes(sha256)?.count == 32 else { return "an archive's sha256 is not 64 hex digits" }
        var offset = 0
        var content = 0
        for member in members {
            guard member.offset == offset, member.bytes > 0, member.bytes <= ArchiveMember.maximumBytes,
                (1...ArchiveMember.maximumUncompressedBytes).contains(member.uncompressedBytes),
                (1...member.uncompressedBytes).contains(member.rows)
            else { return "\(file)'s member at \(member.offset) is impossible" }
            offset += member.bytes
            content += member.uncompressedBytes
        }
        guard offset == bytes, content == uncompressedBytes, self.rows == rows else {
            return
                "\(file)'s members do not add up to \(bytes) bytes, \(uncompressedBytes) uncompressed and \(rows) rows"
        }
        return nil
    }

    fileprivate func isArchive(of name: SnapshotName) -> Bool {
        guard case .archive(name, _) = SnapshotFileName(file) else { return false }
        return true
    }
}

extension ArchiveMember {
    /// No compressed member is larger: deflate stores what it cannot shrink, at five bytes in every 16 KiB.
    static let maximumBytes = maximumUncompressedBytes + maximumUncompressedBytes / 1024 + 4096
}
