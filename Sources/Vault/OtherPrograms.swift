import Archive

/// Names that file systems, file managers and copying programs leave in any folder: macOS, Windows, NFS servers, NAS
/// boxes, rsync, rclone and Syncthing. What bears one is none of the vault's files, and no damage to it.
enum OtherPrograms {
    private static let names: Set<String> = [
        ".DS_Store", ".AppleDouble", ".Spotlight-V100", ".Trashes", ".fseventsd", ".TemporaryItems", ".apdisk",
        ".localized", "Thumbs.db", "ehthumbs.db", "desktop.ini", "$RECYCLE.BIN", "System Volume Information", "@eaDir",
        "@Recycle", "@Recently-Snapshot", "#recycle", "#snapshot", ".snapshot", ".snapshots", ".zfs", ".stfolder",
        ".stversions", ".stignore", ".rsync-partial", ".~tmp~", ".directory",
    ]

    private static let beginnings = [
        "._", ".nfs", ".Trash-", ".fuse_hidden", ".syncthing.", "~syncthing~", ".smbdelete",
    ]

    static func left(_ name: String) -> Bool {
        names.contains(name) || beginnings.contains { name.hasPrefix($0) }
    }

    /// What a name is told as among those of its kind; nil for one that no other program leaves.
    static func kind(_ name: String) -> String? {
        if names.contains(name) { return name }
        if let beginning = beginnings.first(where: { name.hasPrefix($0) }) { return beginning + "…" }
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        guard let end = parts.last, parts.count > 2 else { return nil }
        // rclone: NAME.1a2b3c4d.partial
        if end == "partial", let mark = parts.dropLast().last, mark.count == 8, mark.allSatisfy(\.isHexDigit),
            isOurs(parts.dropLast(2).joined(separator: "."))
        {
            return "rclone's partials"
        }
        // rsync: .NAME.Ab12Cd
        if parts.first == "", end.count == 6, end.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) }),
            isOurs(parts.dropFirst().dropLast().joined(separator: "."))
        {
            return "rsync's partials"
        }
        return nil
    }

    private static func isOurs(_ name: String) -> Bool {
        switch SnapshotFileName(name) {
        case .manifest, .archive: true
        case .partial, .foreign: false
        }
    }
}
