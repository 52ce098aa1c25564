import Archive
import Foundation

/// The files of a copy: the seam between what is copied, in which order, and how bytes get there. Paths are relative to
/// the vault's top.
package protocol CopyStore: Sendable {
    /// The name, as it may be shown.
    var name: String { get }

    /// The folders of tasks: `vault_source=…/vault_task=…`, in order.
    func taskFolders() async throws -> [String]

    /// The files below a folder, with their sizes; none where there is no such folder.
    func list(_ folder: String) async throws -> [String: Int]

    /// Copies files that never change: one that is there with the same size is left.
    ///
    /// - Throws: where any of them may not have arrived; others may have.
    func put(_ paths: [String], from root: String) async throws

    /// Copies manifests, each in the place of what bears its name, whole or not at all.
    ///
    /// - Throws: where any of them may not have arrived; others may have.
    func putManifests(_ paths: [String], from root: String) async throws

    /// Fetches files; those that are not there are left out.
    func get(_ paths: [String], into root: String) async throws

    /// Removes files; one that is not there is no error.
    func remove(_ paths: [String]) async throws

    /// The files that differ from those of a folder, and those that are not there.
    ///
    /// - Parameter isDeep: whether every byte is read back; else what the store says of its files' contents counts.
    func compare(
        _ paths: [String], with root: String, isDeep: Bool
    ) async throws -> (missing: [String], differing: [String])
}

/// Makes the store that a name stands for.
package struct CopyStores: Sendable {
    let environment: [String: String]

    package init(environment: [String: String] = ProcessInfo.processInfo.environment) {
        self.environment = environment
    }

    /// - Throws: ``CopyError/Code/badRemote``.
    package func store(_ text: String) throws(CopyError) -> any CopyStore {
        let name = try RemoteName(
            parsing: text, workingDirectory: FileManager.default.currentDirectoryPath)
        switch name {
        case .folder(let path): return FolderStore(root: path)
        case .remote(let remote): return RcloneStore(remote: remote, name: name.shown, environment: environment)
        }
    }
}
