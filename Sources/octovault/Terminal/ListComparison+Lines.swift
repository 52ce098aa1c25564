import Archive
import Operations
import Records
import StorageTime
import Vault

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
}

extension ListedManifest {
    fileprivate var words: String {
        "r\(manifest.revision), \(manifest.state.rawValue), \(CaptureReport.rows(manifest.rows))"
    }
}
