package import Archive

/// The manifests of an exported list, one line in memory at a time.
package struct FileManifests: ManifestList {
    package let path: String
    private let selection: ManifestSelection
    private var lines: LineReader
    private var last: String?

    /// - Throws: ``VaultError/Code/cannotRead``.
    package init(
        _ path: String, selection: ManifestSelection = ManifestSelection(), files: any Files = DiskFiles()
    ) throws(VaultError) {
        self.path = path
        self.selection = selection
        lines = try vaultErrors { try LineReader(path, files, longest: Manifest.maximumBytes + 4096) }
    }

    /// - Throws: ``VaultError/Code/damaged`` for a line that is none of a list's; ``VaultError/Code/newerFormat``,
    ///   ``VaultError/Code/cannotRead``.
    package mutating func next() throws(VaultError) -> ManifestEntry? {
        while let line = try nextLine() {
            let place = "\(path), line \(lines.number),"
            let listed = try ManifestLine.decode(line, place: place)
            if let last, !PathOrder.isAscending(last, listed.path) {
                throw ManifestLine.refused(place, "it is not behind the line before it")
            }
            last = listed.path
            if selection.contains(listed.manifest) { return .sound(listed) }
        }
        return nil
    }

    private mutating func nextLine() throws(VaultError) -> [UInt8]? {
        do throws(ArchiveError) { return try lines.next() } catch { throw VaultError(error) }
    }
}
