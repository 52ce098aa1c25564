package import Archive
package import StorageTime

/// The rows of one snapshot's file: of a manifest by its word, of an archive by reading it.
package struct SnapshotRows: Sendable, Hashable {
    /// The file's path as given.
    package let path: String
    /// The window that the file's name tells; nil for a capture, and for a file with another name.
    package let window: Window?
    package let rows: Int
    package let digest: RowsDigest

    /// Reads a manifest.
    ///
    /// - Throws: ``VaultError/Code/damaged``, ``VaultError/Code/newerFormat``, ``VaultError/Code/cannotRead``.
    package init(manifest path: String, files: any Files = DiskFiles()) throws(VaultError) {
        let manifest = try vaultErrors { try Manifest.read(path, files: files) }
        self.path = path
        window = manifest.window
        (rows, digest) = manifest.allRows(of: manifest.window)
    }

    /// Reads an archive through; no manifest is asked.
    ///
    /// - Throws: ``VaultError/Code/damaged`` where a member of it does not read; ``VaultError/Code/cannotRead``.
    /// - Complexity: O(*n*) in bytes; memory for one member.
    package init(archive path: String, files: any Files = DiskFiles()) throws {
        let read = try ArchiveSalvage(path: path, facts: nil, files: files)
        guard read.isComplete else {
            throw VaultError(
                .damaged, "the archive \(path) is damaged: \(read.rows) of its rows read",
                hint: "`octovault verify` tells more; restore the file from a copy of the vault")
        }
        self.path = path
        if case .archive(let name, _) = SnapshotFileName(PathText.name(of: path)) {
            window = name.window
        } else {
            window = nil
        }
        rows = read.rows
        digest = read.digest
    }

    package func holdsTheSame(as other: SnapshotRows) -> Bool { rows == other.rows && digest == other.digest }
}
