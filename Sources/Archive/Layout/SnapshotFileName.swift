/// What a name in a date folder stands for.
package enum SnapshotFileName: Sendable, Hashable {
    case manifest(SnapshotName)
    case archive(SnapshotName, revision: Int)
    /// A file that was being written: `.<final name>.partial`.
    case partial(of: String)
    /// None of the vault's.
    case foreign

    package init(_ name: String) {
        let bytes = Array(name.utf8)[...]
        if bytes.first == UInt8(ascii: "_"), let stem = bytes.dropFirst().less(Self.manifestSuffix),
            let snapshot = SnapshotName(stem: stem)
        {
            self = .manifest(snapshot)
        } else if let rest = bytes.less(Self.archiveSuffix), let archive = Self.archive(rest) {
            self = archive
        } else if bytes.first == UInt8(ascii: "."), let final = bytes.dropFirst().less(Self.partialSuffix),
            !final.isEmpty
        {
            self = .partial(of: String(decoding: final, as: UTF8.self))
        } else {
            self = .foreign
        }
    }

    /// The name under which `name` is written before it is whole.
    package static func partial(_ name: String) -> String { ".\(name).partial" }

    private static let manifestSuffix = Array(".manifest.json".utf8)
    private static let archiveSuffix = Array(".ndjson.gz".utf8)
    private static let partialSuffix = Array(".partial".utf8)

    private static func archive(_ rest: ArraySlice<UInt8>) -> SnapshotFileName? {
        guard let dot = rest.lastIndex(of: UInt8(ascii: ".")), rest[dot...].starts(with: ".r".utf8),
            let revision = Ordinal.parse(rest[(dot + 2)...]), let snapshot = SnapshotName(stem: rest[..<dot])
        else { return nil }
        return .archive(snapshot, revision: revision)
    }
}

extension ArraySlice<UInt8> {
    /// What comes before an ending; nil where it does not end so.
    fileprivate func less(_ ending: [UInt8]) -> ArraySlice<UInt8>? {
        count >= ending.count && suffix(ending.count).elementsEqual(ending) ? dropLast(ending.count) : nil
    }
}
