import Archive
import Foundation
import Vault

/// A folder in a vault where files of a copy lie until they are checked. One process at a time has it; what a dead one
/// left there is removed.
final class PullStaging: Sendable {
    let path: String
    private let lock: VaultStagingLock

    init(vault: SnapshotVault) throws {
        lock = try vault.lockStaging()
        path = lock.path
        try empty()
    }

    func empty() throws(ArchiveError) {
        do {
            if FileManager.default.fileExists(atPath: path) { try FileManager.default.removeItem(atPath: path) }
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw ArchiveError(
                .cannotWrite, "cannot make the folder \(path)", hint: "check the vault's owner and permissions",
                cause: error)
        }
    }

    func remove() {
        try? FileManager.default.removeItem(atPath: path)
        lock.release()
    }

    func remove(_ relative: String) throws(ArchiveError) { try DiskFiles().remove(PathText.join(path, relative)) }

    /// The manifests fetched, and those that are not sound or not in their place; these are removed here.
    func manifests(
        _ paths: [String], copy: String
    ) throws -> (sound: [ListedManifest], failures: [PushReport.Failure], bytes: Int) {
        var sound: [ListedManifest] = []
        var failures: [PushReport.Failure] = []
        var size = 0
        for relative in paths {
            do throws(ArchiveError) {
                let bytes = try Manifest.readBytes(PathText.join(path, relative), files: DiskFiles())
                size += bytes.count
                let manifest = try Manifest.decode(bytes, path: "\(copy)/\(relative)")
                guard let address = SnapshotAddress(manifestPath: relative, task: manifest.task),
                    address.source == manifest.source
                else {
                    throw ArchiveError(
                        .manifestMisplaced, "\(copy)/\(relative) holds the manifest of another task, source or day")
                }
                try manifest.check(at: address)
                sound.append(
                    ListedManifest(path: relative, manifest: manifest, sha256: Manifest.checksum(in: bytes) ?? ""))
            } catch {
                // One that is gone was replaced in the copy meanwhile.
                if error.code == .notFound { continue }
                failures.append(.init(path: relative, error: error))
                try remove(relative)
            }
        }
        return (sound, failures, size)
    }
}
