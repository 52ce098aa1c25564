import Archive
import Foundation
import OctoparseAPI
import Records
import RowJSON
import StorageTime
import Vault

/// Brings what the server gives only once onto the device, whatever it takes.
struct UnexportedStore: Sendable {
    let context: SessionContext
    let locked: LockedTask
    var taskName = ""
    let reserve: DiskReserve

    /// A batch that is a capture.
    struct Stored: Sendable {
        let manifest: Manifest
        let path: String
    }

    /// A file in `lost+found/`.
    struct Kept: Error {
        /// Below the vault.
        let path: String
        /// Why its rows are no capture.
        let cause: any Error
    }

    /// Makes a batch a capture of its own.
    ///
    /// - Throws: ``Kept`` where that failed and the rows lie in a file instead; any other error where they lie nowhere.
    func store(_ page: Page, at moment: Date) throws -> Stored {
        var address: SnapshotAddress?
        do {
            let target = try locked.captureAddress(source: .unexported, at: moment)
            address = target
            return try publish(page, at: target, moment)
        } catch {
            reserve.release()
            if let address, let stored = try? confirm(address, rows: page.rows.count) { return stored }
            throw Kept(path: try keep(page.rows.bytes, ending: "ndjson", at: moment), cause: error)
        }
    }

    /// The capture, where the failure came behind its commit; its manifest is published once more, for what was not
    /// done.
    private func confirm(_ address: SnapshotAddress, rows: Int) throws -> Stored? {
        guard let manifest = try locked.manifest(at: address), manifest.rows == rows else { return nil }
        try locked.publish(manifest, at: address)
        return Stored(manifest: manifest, path: address.manifestPath)
    }

    private func publish(_ page: Page, at address: SnapshotAddress, _ moment: Date) throws -> Stored {
        let draft = try locked.beginDraft(at: address)
        try draft.append(context.encoders.encode(page.rows))
        let facts = try draft.finish()
        // The total is the batch's own: the server's counts what is unexported, and moves from batch to batch.
        let manifest = Manifest(
            tool: ProgramVersion.tool, state: .sealed, source: .unexported, host: context.host, task: locked.task,
            taskName: taskName, window: nil, proof: .oneAnswer, revision: draft.revision, capturedAt: moment,
            total: draft.rows,
            rows: draft.rows, requests: 1, attempts: page.attempts, columns: draft.columns, rowsDigest: draft.digest,
            archive: facts)
        let publication = try locked.publish(manifest, draft: draft, at: address)
        return Stored(manifest: manifest, path: publication.manifestPath)
    }

    /// Writes bytes to a new file in `lost+found/unexported/`, and returns once they are on the device.
    ///
    /// - Returns: the file's path below the vault.
    func keep(_ bytes: [UInt8], ending: String, at moment: Date) throws -> String {
        let layout = locked.vault.layout
        let files = locked.vault.configuration.files
        let folder = "lost+found/unexported/vault_task=\(locked.task.folderName)"
        let made = try files.makeFolders(layout.path(folder))
        let stem = "\(folder)/\(UTCTime.compact(moment))"
        var number = 1
        while try files.status(layout.path("\(stem)-\(number).\(ending)")) != nil { number += 1 }
        let path = "\(stem)-\(number).\(ending)"
        try files.write(bytes, to: layout.path(path))
        try files.synchronize(folder: layout.path(folder))
        for folder in made { try files.synchronize(folder: PathText.parent(of: folder)) }
        return path
    }
}
