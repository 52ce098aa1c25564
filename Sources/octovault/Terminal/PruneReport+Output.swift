import Archive
import Catalog
import Foundation
import Operations
import Records
import StorageTime
import Vault

extension PruneReport {

    func lines(isDryRun: Bool) -> [String] {
        let name = "\(series.task), \(series.source.rawValue)"
        var lines = [
            "\(name): \(isDryRun ? "would remove" : "removed") \(removedSnapshots.counted("snapshot")), "
                + "\(removedRows.counted("row")), \(removedBytes.counted("byte")); \(kept.grouped) kept by the rules"
                + (refused.isEmpty ? "" : ", \(refusedSnapshots.grouped) refused")
        ]
        lines += removed.map { "  \(isDryRun ? "would go" : "gone    ")  \($0.text)" }
        lines += refused.map { "  refused   \($0.text): \($0.refusal?.sentence ?? "")" }
        if !refused.isEmpty { lines.append("  --including-irreplaceable removes these as well, but for damaged ones") }
        return lines + leftovers.map { "  still there: \($0)" }
    }
}

extension PruneReport.Stretch {

    fileprivate var text: String {
        let what = window?.description ?? "captured \(capturedAt?.utcText ?? "")"
        return "\(what), \(rows.counted("row"))"
    }
}

extension PruneReport.Refusal {
    /// Why, to people.
    fileprivate var sentence: String {
        switch self {
        case .kept: "the cloud has lost some of these rows"
        case .notCountedAgain: "the cloud was never asked again whether it has these rows"
        case .unproven: "saved after damage, and perhaps the last of these rows"
        case .superseded: "the cloud does not write some of these rows in this form any more"
        case .notInNewest: "the newest capture lacks some of these rows"
        case .unexported: "the API gives unexported rows once"
        case .damaged: "damaged: octovault verify --heal"
        }
    }
}
