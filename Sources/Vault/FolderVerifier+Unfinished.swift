import Archive
import Catalog

extension FolderVerifier {
    /// Leaves out what a process left behind that ended in the middle of a publish: manifests that were not indexed any
    /// more, and archives that got no manifest.
    ///
    /// The index says then that the folder is to be read again, and knows nothing of them. Whoever takes the task next
    /// indexes the manifests, and sweeps the archives. Of what the index knows, all is reported.
    func leaveOutUnfinished(_ report: inout FolderReport) throws {
        guard report.damages.contains(where: { [.archiveUnnamed, .catalogDiffers].contains($0.code) }),
            try isToBeReadAgain(report.folder)
        else { return }
        let folder = report.folder
        let known = Set(try vault.catalog.snapshots(inFolder: folder).compactMap(\.archive).map { "\(folder)/\($0)" })
        report.keepDamages { damage in
            guard damage.code == .archiveUnnamed else { return damage.code != .catalogDiffers }
            if case .archive = SnapshotFileName(PathText.name(of: damage.manifest)) {
                return known.contains(damage.manifest)
            }
            return true
        }
    }

    private func isToBeReadAgain(_ folder: String) throws -> Bool {
        guard let modified = try vault.catalog.folders(below: folder)[folder] else { return false }
        return modified == nil
    }
}
