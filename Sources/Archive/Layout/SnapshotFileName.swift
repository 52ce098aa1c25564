/// What a name in a date folder stands for.
public enum SnapshotFileName: Sendable, Hashable {
    case manifest(SnapshotName)
    case archive(SnapshotName, revision: Int)
    /// A file that was being written: `.<final name>.partial`.
    case partial(of: String)
    /// None of the vault's.
    case foreign

    public init(_ name: String) {
        if name.hasPrefix("_"), name.hasSuffix(Self.manifestSuffix),
            let snapshot = SnapshotName(stem: String(name.dropFirst().dropLast(Self.manifestSuffix.count)))
        {
            self = .manifest(snapshot)
        } else if name.hasSuffix(Self.archiveSuffix),
            let archive = Self.archive(name.dropLast(Self.archiveSuffix.count))
        {
            self = archive
        } else if name.hasPrefix("."), name.hasSuffix(Self.partialSuffix), name.utf8.count > 9 {
            self = .partial(of: String(name.dropFirst().dropLast(Self.partialSuffix.count)))
        } else {
            self = .foreign
        }
    }

    /// The name under which `name` is written before it is whole.
    public static func partial(_ name: String) -> String { ".\(name)\(partialSuffix)" }

    private static let manifestSuffix = ".manifest.json"
    private static let archiveSuffix = ".ndjson.gz"
    private static let partialSuffix = ".partial"

    private static func archive(_ rest: Substring) -> SnapshotFileName? {
        guard let dot = rest.lastIndex(of: "."), rest[dot...].hasPrefix(".r"),
            let revision = Ordinal.parse(rest[rest.index(dot, offsetBy: 2)...]),
            let snapshot = SnapshotName(stem: String(rest[..<dot]))
        else { return nil }
        return .archive(snapshot, revision: revision)
    }
}
