import Archive
import Records
import StorageTime

/// The rows of one window, or of one capture, as its manifest tells them; of a compacted snapshot each part is one.
struct RowsUnit: Sendable {
    let source: RowSource
    let task: TaskID
    /// The task's folder, by which units are in order.
    let folder: String
    let name: SnapshotName
    let rows: Int
    let digest: RowsDigest
    let isPruned: Bool

    /// The units of one manifest, oldest first.
    static func units(of listed: ListedManifest, in range: Window?) -> [RowsUnit] {
        let manifest = listed.manifest
        let folder = ArchiveLayout.taskFolder(source: manifest.source, task: manifest.task)
        func unit(_ name: SnapshotName, _ state: SnapshotState) -> RowsUnit {
            let all = manifest.allRows(of: name.window)
            return RowsUnit(
                source: manifest.source, task: manifest.task, folder: folder, name: name, rows: all.rows,
                digest: all.digest, isPruned: state == .pruned)
        }
        guard manifest.parts.isEmpty else {
            return manifest.parts.filter { range?.overlaps($0.window) ?? true }
                .map { unit(.window($0.window), $0.state) }
        }
        guard let address = SnapshotAddress(manifestPath: listed.path, task: manifest.task) else { return [] }
        return [unit(address.name, manifest.state)]
    }
}

/// A list's units one after the other, the next one always in sight.
struct UnitCursor {
    private var list: any ManifestList
    private let range: Window?
    /// The next one last.
    private var units: [RowsUnit] = []
    /// What did not read.
    private(set) var damaged: [Damage] = []

    init(_ list: any ManifestList, in range: Window?) throws(VaultError) {
        self.list = list
        self.range = range
        try fill()
    }

    /// The next unit, without taking it; nil at the end.
    var next: RowsUnit? { units.last }

    mutating func take() throws(VaultError) -> RowsUnit? {
        let unit = units.popLast()
        try fill()
        return unit
    }

    private mutating func fill() throws(VaultError) {
        while units.isEmpty, let entry = try list.next() {
            switch entry {
            case .sound(let listed): units = RowsUnit.units(of: listed, in: range).reversed()
            case .damaged(let damage): damaged.append(damage)
            }
        }
    }
}
