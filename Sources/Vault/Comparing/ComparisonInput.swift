package import Archive

/// What a path stands for that is to be compared.
package enum ComparisonInput: Sendable, Hashable {
    /// A vault's folder, or a copy of one.
    case folder(String)
    /// A list that `export-manifest` wrote.
    case list(String)
    /// One snapshot's manifest.
    case manifest(String)
    /// One snapshot's archive.
    case archive(String)

    /// Looks at the path, and at a file's first bytes.
    ///
    /// - Returns: nil for a file that is none of these.
    /// - Throws: ``VaultError/Code/noVault`` where there is nothing; ``VaultError/Code/cannotRead``.
    package init?(_ path: String, files: any Files = DiskFiles()) throws(VaultError) {
        // A symbolic link stands for what it leads to.
        let real = FileIdentity.resolve(path) ?? path
        let kind = try vaultErrors { try files.status(real)?.kind }
        guard let kind else {
            throw VaultError(.noVault, "there is nothing at \(path)", hint: "name a vault's folder or an exported list")
        }
        if kind == .folder {
            self = .folder(path)
            return
        }
        let start = try vaultErrors { try Self.start(of: real, files) }
        if start.isEmpty || start.starts(with: ManifestLine.lead) {
            self = .list(path)
        } else if start.starts(with: Array("{\"format\":".utf8)) {
            self = .manifest(path)
        } else if start.starts(with: [0x1F, 0x8B] as [UInt8]) {
            self = .archive(path)
        } else {
            return nil
        }
    }

    private static func start(of path: String, _ files: any Files) throws -> [UInt8] {
        let file = try files.open(path)
        var bytes = [UInt8](repeating: 0, count: 16)
        let count = try bytes.withUnsafeMutableBytes { try file.read(at: 0, into: $0) }
        return Array(bytes[..<count])
    }

    /// The manifests behind a folder or a list; nil for a single snapshot.
    package func manifests(_ selection: ManifestSelection) throws(VaultError) -> (any ManifestList)? {
        switch self {
        case .folder(let path): try FolderManifests(at: path, selection: selection)
        case .list(let path): try FileManifests(path, selection: selection)
        case .manifest, .archive: nil
        }
    }

    /// The rows of a single snapshot; nil for a folder or a list.
    package func rows() throws -> SnapshotRows? {
        switch self {
        case .manifest(let path): try SnapshotRows(manifest: path)
        case .archive(let path): try SnapshotRows(archive: path)
        case .folder, .list: nil
        }
    }
}
