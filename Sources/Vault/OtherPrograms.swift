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
}
