// An exported list of manifests: NDJSON, a line a snapshot, in the order of PathOrder.
//
//     {"path":"vault_source=storage-time/vault_task=…/vault_date=2013-01-01/_….manifest.json","manifest":{…}}
//
// `path` is below the vault; `manifest` is the file's one line of JSON, byte for byte, so that its own checksum holds
// for the list as well. A reader refuses lines in another shape or order, and a last line without its newline.
import Archive

/// One line of an exported list.
package enum ManifestLine {
    /// What an exported list begins with, unless it is empty.
    package static let lead = Array("{\"path\":\"".utf8)
    private static let middle = Array("\",\"manifest\":".utf8)

    /// - Parameters:
    ///   - path: the manifest's, below the vault.
    ///   - manifest: the manifest file's bytes.
    /// - Returns: the line and its newline.
    package static func encode(path: String, manifest: [UInt8]) -> [UInt8] {
        let content = manifest.last == UInt8(ascii: "\n") ? manifest.dropLast() : manifest[...]
        return lead + Array(path.utf8) + middle + content + [UInt8(ascii: "}"), UInt8(ascii: "\n")]
    }

    /// Reads a line, without its newline, and checks the manifest in it as its file is checked.
    ///
    /// - Parameter place: names the line in errors.
    /// - Throws: ``VaultError/Code/damaged``, ``VaultError/Code/newerFormat``.
    static func decode(_ line: [UInt8], place: String) throws(VaultError) -> ListedManifest {
        guard line.starts(with: lead), line.last == UInt8(ascii: "}"),
            let end = line[lead.count...].firstIndex(of: UInt8(ascii: "\"")), line[end...].starts(with: middle)
        else { throw refused(place, "it holds no path and manifest") }
        let path = String(decoding: line[lead.count..<end], as: UTF8.self)
        let bytes = Array(line[(end + middle.count)..<(line.count - 1)]) + [UInt8(ascii: "\n")]
        let manifest = try vaultErrors { try Manifest.decode(bytes, path: place) }
        guard let address = SnapshotAddress(manifestPath: path, task: manifest.task),
            (try? manifest.check(at: address)) != nil
        else { throw refused(place, "its path is not where its manifest belongs") }
        return ListedManifest(path: path, manifest: manifest, sha256: Manifest.checksum(in: bytes) ?? "")
    }

    static func refused(_ place: String, _ reason: String) -> VaultError {
        VaultError(
            .damaged, "\(place) is no line of an exported list: \(reason)",
            hint: "make the list again with `octovault export-manifest`")
    }
}
