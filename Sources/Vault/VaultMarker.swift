// octovault.json: one JSON object, at the top of a vault. Its keys:
//
//     format       a whole number; a reader refuses one greater than its own
//     tool         the program that made the vault, with its version
//     created_at   when, in UTC: 2026-11-23T10:15:00Z
//
// A reader skips keys that it does not know.
import Archive
import Foundation

/// The file that makes a folder a vault.
enum VaultMarker {
    static let name = "octovault.json"
    static let format = 1

    private struct Content: Codable {
        var format: Int
        var tool: String?
        var createdAt: String?

        enum CodingKeys: String, CodingKey {
            case format, tool
            case createdAt = "created_at"
        }
    }

    /// Whether the file is there.
    ///
    /// - Throws: ``VaultError/Code/newerFormat``; ``VaultError/Code/damaged`` where it holds something else.
    static func check(_ layout: ArchiveLayout, _ files: any Files) throws(VaultError) -> Bool {
        let path = layout.path(name)
        let bytes: [UInt8]
        do throws(ArchiveError) {
            bytes = try files.read(path, limit: 1 << 16)
        } catch {
            if error.code == .notFound { return false }
            throw VaultError(error)
        }
        guard let content = try? JSONDecoder().decode(Content.self, from: Data(bytes)), content.format >= 1 else {
            throw VaultError(
                .damaged, "\(path) is not the file that makes a folder a vault",
                hint: "remove it: the next command that writes to the vault makes it again")
        }
        guard content.format <= format else {
            throw VaultError(
                .newerFormat,
                "the vault \(layout.root) has format \(content.format), and this program knows only \(format)",
                hint: "use the octovault that made it, or a later one")
        }
        return true
    }

    /// When the vault was made, as the file says it; nil where it does not.
    static func createdAt(_ layout: ArchiveLayout, _ files: any Files) -> String? {
        guard let bytes = try? files.read(layout.path(name), limit: 1 << 16) else { return nil }
        return (try? JSONDecoder().decode(Content.self, from: Data(bytes)))?.createdAt
    }

    /// Writes the file, whole or not at all, and brings it onto the device.
    static func write(_ layout: ArchiveLayout, tool: String, now: Date, _ files: any Files) throws(VaultError) {
        try vaultErrors {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            let content = Content(format: format, tool: tool, createdAt: UTCTime.text(now))
            let bytes = try [UInt8](encoder.encode(content)) + [UInt8(ascii: "\n")]
            let partial = layout.path(SnapshotFileName.partial(name))
            try files.write(bytes, to: partial)
            try files.replace(layout.path(name), with: partial)
            try files.synchronize(folder: layout.root)
        }
    }
}
