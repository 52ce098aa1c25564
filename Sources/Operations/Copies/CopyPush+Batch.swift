import Archive
import Catalog
import Foundation
import Records
import Vault

extension CopyPush {
    /// Copies snapshots: their archives, and once these are there, the manifests as they were read.
    ///
    /// - Parameter there: what the copy holds of the task; nil where it was not listed.
    func push(_ batch: [ListedManifest], there: [String: Int]?, _ report: inout PushReport) async throws {
        guard !batch.isEmpty else { return }
        var ready: [ListedManifest] = []
        var archives: [String: Int] = [:]
        for listed in batch {
            do throws(ArchiveError) {
                for (path, facts) in listed.archives where there?[path] != facts.bytes {
                    if !isDryRun { try check(path, facts) }
                    archives[path] = facts.bytes
                }
                ready.append(listed)
            } catch {
                // A revision was published meanwhile: it is pushed next time.
                guard try isPresent(listed) else { continue }
                report.failures.append(.init(path: listed.path, error: error))
            }
        }
        if isDryRun {
            report.copied += ready.count
            report.bytes += archives.values.reduce(0, +)
            return
        }
        let arrived = try await put(archives, &report)
        let whole = ready.filter { listed in
            !listed.archives.contains { archives[$0.path] != nil && !arrived.contains($0.path) }
        }
        try await putManifests(whole, &report)
        for (path, bytes) in archives where arrived.contains(path) { report.bytes += bytes }
    }

    /// A copy of what is damaged would be no copy: each archive is read before it goes.
    private func check(_ path: String, _ facts: ArchiveFacts) throws(ArchiveError) {
        let found = try DiskFiles().sha256(of: vault.layout.path(path))
        guard found.bytes == facts.bytes, found.sha256 == facts.sha256 else {
            throw ArchiveError(
                .archiveSHA256, "the SHA-256 of \(path) is not the one that its manifest states; it was not copied",
                hint: "octovault verify --heal")
        }
    }

    /// Whether a manifest still is the one that was read.
    private func isPresent(_ listed: ListedManifest) throws -> Bool {
        let bytes = try? Manifest.readBytes(vault.layout.path(listed.path), files: DiskFiles())
        return bytes.flatMap { Manifest.checksum(in: $0) } == listed.sha256
    }

    /// - Returns: the archives that are in the copy now.
    private func put(_ archives: [String: Int], _ report: inout PushReport) async throws -> Set<String> {
        let paths = archives.keys.sorted { $0.precedesInBytes($1) }
        guard !paths.isEmpty else { return [] }
        do {
            try await store.put(paths, from: vault.root)
            return Set(paths)
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            // Some may have arrived, and only the copy tells.
            report.failures.append(.init(path: nil, error: error))
            var arrived: Set<String> = []
            for folder in Set(paths.map { PathText.parent(of: $0) }) {
                guard let there = try? await store.list(folder) else { continue }
                arrived.formUnion(paths.filter { there[$0] == archives[$0] })
            }
            return arrived
        }
    }

    private func putManifests(_ listed: [ListedManifest], _ report: inout PushReport) async throws {
        guard !listed.isEmpty else { return }
        let scratch = try PrivateFolder()
        defer { scratch.remove() }
        var sizes: [String: Int] = [:]
        for one in listed {
            let path = PathText.join(scratch.path, one.path)
            try FileManager.default.createDirectory(
                atPath: PathText.parent(of: path), withIntermediateDirectories: true)
            let manifest = try manifestBytes(one)
            sizes[one.path] = manifest.count
            try Data(manifest).write(to: URL(fileURLWithPath: path))
        }
        var arrived = listed
        do {
            try await store.putManifests(listed.map(\.path), from: scratch.path)
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            // A store that lets no file be replaced refuses one and takes the others: only the copy tells.
            let there = (try? await held(listed)) ?? []
            arrived = listed.filter { there.contains($0.path) }
            for one in listed.filter({ !there.contains($0.path) }).prefix(Self.mostFailures) {
                report.failures.append(.init(path: one.path, error: error))
            }
        }
        report.copied += arrived.count
        report.bytes += arrived.reduce(0) { $0 + (sizes[$1.path] ?? 0) }
        guard !vault.isReadOnly, !arrived.isEmpty else { return }
        try vault.catalog.record(copied: arrived.map { ($0.path, $0.sha256) }, in: store.name)
    }

    /// So many manifests of one batch that did not arrive are named.
    private static let mostFailures = 20

    /// The file's bytes where they still are those that were read, else what they said.
    private func manifestBytes(_ listed: ListedManifest) throws -> [UInt8] {
        let encoded = listed.manifest.encoded()
        if Manifest.checksum(in: encoded) == listed.sha256 { return encoded }
        let bytes = try? Manifest.readBytes(vault.layout.path(listed.path), files: DiskFiles())
        guard let bytes, Manifest.checksum(in: bytes) == listed.sha256 else { return encoded }
        return bytes
    }
}

extension ListedManifest {
    /// The archives that it names, by their paths below the vault.
    var archives: [(path: String, facts: ArchiveFacts)] {
        let folder = PathText.parent(of: path)
        var all = manifest.superseded.map(\.archive)
        if let archive = manifest.archive { all.insert(archive, at: 0) }
        return all.map { (path: "\(folder)/\($0.file)", facts: $0) }
    }
}

/// What is known of one task's files while they are pushed.
final class TaskFolderPush {
    let path: String
    /// What the copy holds, with sizes.
    var there: [String: Int] = [:]
    /// The manifests that it was seen to hold, by checksum.
    var known: [String: String] = [:]
    var waiting: [ListedManifest] = []
    /// Files that the vault's manifests name, and the manifests themselves.
    private var named: Set<String> = []
    /// Manifests that compacted ones stand for.
    private var replacedManifests: Set<String> = []
    /// The revision of each snapshot here, by folder and stem, and whether its rows were given up.
    private var revisions: [String: (revision: Int, isPruned: Bool)] = [:]

    init(path: String = "") { self.path = path }

    /// Whether the copy holds the snapshot as it is.
    func holds(_ listed: ListedManifest) -> Bool {
        known[listed.path] == listed.sha256 && there[listed.path] != nil && hasArchives(of: listed)
    }

    func hasArchives(of listed: ListedManifest) -> Bool {
        listed.archives.allSatisfy { there[$0.path] == $0.facts.bytes }
    }

    func note(_ listed: ListedManifest) {
        let folder = PathText.parent(of: listed.path)
        named.insert(listed.path)
        named.formUnion(listed.archives.map(\.path))
        for name in listed.manifest.replaces { replacedManifests.insert("\(folder)/\(name)") }
        if case .manifest(let name) = SnapshotFileName(PathText.name(of: listed.path)) {
            revisions["\(folder)/\(name.stem)"] = (listed.manifest.revision, listed.manifest.state == .pruned)
        }
    }

    /// The files of the copy that the vault has replaced by others: all of the vault's are there by now.
    func replaced() -> [String] {
        there.keys.filter { path in
            guard !named.contains(path) else { return false }
            let folder = PathText.parent(of: path)
            switch SnapshotFileName(PathText.name(of: path)) {
            case .manifest: return replacedManifests.contains(path)
            case .archive(let name, let revision):
                if let own = revisions["\(folder)/\(name.stem)"] {
                    return revision < own.revision || revision == own.revision && own.isPruned
                }
                return replacedManifests.contains("\(folder)/\(name.manifestName)")
            case .partial: return true
            case .foreign: return false
            }
        }.sorted { $0.precedesInBytes($1) }
    }
}
