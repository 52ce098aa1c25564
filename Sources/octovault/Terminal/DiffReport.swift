import Archive
import Operations
import Records
import StorageTime
import Vault

extension VaultDifference {

    var lines: [String] {
        var lines: [String] = []
        for (word, stretches) in [("same", same), ("only in A", onlyA), ("only in B", onlyB)] {
            lines += stretches.map {
                "\(word)  \($0.place)  \(count($0.windows, $0.source)), \(CaptureReport.rows($0.rows))"
            }
        }
        lines += different.map { difference in
            let (a, b) = (difference.a.words(difference.source), difference.b.words(difference.source))
            return "different  \(difference.place)  A: \(a), B: \(b)\(difference.reason.words)"
        }
        for (side, damages) in [("A", damagedA), ("B", damagedB)] {
            lines += damages.map { "damaged in \(side)  \($0.code.rawValue)  \($0.manifest): \($0.message)" }
        }
        return lines + [sentence]
    }

    private var sentence: String {
        let same = same.reduce(0) { $0 + $1.windows }
        var parts = ["\(same.grouped) the same"]
        for (number, words) in [
            (onlyA.reduce(0) { $0 + $1.windows }, "only in A"), (onlyB.reduce(0) { $0 + $1.windows }, "only in B"),
        ] where number > 0 {
            parts.append("\(number.grouped) \(words)")
        }
        if !different.isEmpty {
            parts.append("\(different.count.grouped) \(different.count == 1 ? "stretch differs" : "stretches differ")")
        }
        let damaged = damagedA.count + damagedB.count
        if damaged > 0 { parts.append("\(damaged.grouped) damaged") }
        return "\(isEqual ? "equal" : "A and B differ"): \(parts.joined(separator: ", "))"
    }
}

/// How many windows, or captures.
private func count(_ number: Int, _ source: RowSource) -> String {
    number.counted(source == .storageTime ? "window" : "capture")
}

/// Where something lies: the task, the source where it is not storage time, and from when to when.
private func place(_ task: TaskID, _ source: RowSource, _ extent: VaultDifference.Extent) -> String {
    let range = extent.from == extent.to ? extent.from : "\(extent.from) to \(extent.to)"
    return "\(task)\(source == .storageTime ? "" : "  \(source.rawValue)")  \(range)"
}

extension VaultDifference.Stretch {
    fileprivate var place: String { octovault.place(task, source, extent) }
}

extension VaultDifference.Difference {
    fileprivate var place: String { octovault.place(task, source, extent) }
}

extension VaultDifference.Side {
    fileprivate func words(_ source: RowSource) -> String {
        "\(CaptureReport.rows(rows)) in \(count(windows, source))"
            + (pruned > 0 ? " (\(pruned.grouped) pruned)" : "")
    }
}

extension VaultDifference.Reason {
    /// What a line says behind the figures, which do not tell it.
    fileprivate var words: String {
        switch self {
        case .rows: ", other rows"
        case .coverage: ", not of the same time"
        case .pruned: ", the same rows before they were pruned"
        }
    }
}

extension SnapshotRows {
    var line: String {
        let place = window.map { "  \($0)" } ?? ""
        return "\(path)\(place)  \(CaptureReport.rows(rows))  \(digest.hex.prefix(16))…"
    }
}
