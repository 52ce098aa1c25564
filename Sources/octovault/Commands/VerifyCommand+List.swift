import Archive
import Operations
import Records
import StorageTime
import Vault

extension VerifyCommand {
    /// Compares a copy's manifests with an exported list; nil where there is none to compare with.
    func compareWithList(_ tasks: [TaskID]?, _ range: Window?) throws -> ListComparison? {
        guard let manifests, let offline else { return nil }
        guard case .list = try Comparand(manifests) else {
            throw Problem.usage(
                "--manifests: \(manifests) is no exported list", hint: "`octovault export-manifest -o FILE` writes one")
        }
        let wanted = ManifestSelection(tasks: tasks, range: range)
        return try ListComparison(
            list: try FileManifests(manifests, selection: wanted),
            folder: try FolderManifests(at: offline, selection: wanted))
    }
}

extension ListComparison {
    var lines: [String] {
        let unlike = differing.map { pair in
            "differs  \(pair.listed.path): the list says \(pair.listed.words), the copy \(pair.found.words)"
        }
        let counted = recounted > 0 ? " (\(recounted.grouped) counted again at another time)" : ""
        return missing.map { "missing  \($0.path), \($0.words)" } + extra.map { "extra  \($0.path), \($0.words)" }
            + unlike + [
                "the list and the copy: \(same.grouped) the same\(counted), \(missing.count.grouped) missing, "
                    + "\(extra.count.grouped) extra, \(differing.count.grouped) differing"
            ]
    }

    var json: OrderedJSON {
        .object([
            "same": .integer(same), "recounted": .integer(recounted), "missing": .array(missing.map(\.json)),
            "extra": .array(extra.map(\.json)),
            "differing": .array(
                differing.map { pair in
                    .object(["path": .text(pair.listed.path), "listed": pair.listed.json, "found": pair.found.json])
                }),
        ])
    }
}

extension ListedManifest {
    fileprivate var words: String {
        "r\(manifest.revision), \(manifest.state.rawValue), \(CaptureReport.rows(manifest.rows))"
    }

    fileprivate var json: OrderedJSON {
        .object([
            "path": .text(path), "task": .text(manifest.task.text), "source": .text(manifest.source.rawValue),
            "from": .text(manifest.window?.from.description), "to": .text(manifest.window?.to.description),
            "state": .text(manifest.state.rawValue), "revision": .integer(manifest.revision),
            "rows": .integer(manifest.rows), "rows_digest": .text(manifest.rowsDigest.hex),
        ])
    }
}
