package import Archive
import Catalog
package import Foundation
package import OctoparseAPI
import Records
import StorageTime
package import Vault

/// The vendor's own count of a task's rows over some days, beside what increments brought since.
///
/// It counts the rows collected a UTC day, without those that it takes for duplicates. All of these are here unless
/// they were removed in the cloud before they were taken; rows that came later, and duplicates, are here as well. So
/// fewer here than the vendor counts are worth a look, and more are not.
package struct DayVolumes: Sendable, Hashable {
    /// UTC days, `yyyy-MM-dd`, both inclusive.
    package let from: String
    package let to: String
    /// Rows by the vendor's analytics.
    package let counted: Int
    /// Rows of the increments taken since the first of these days.
    package let stored: Int

    package init(from: String, to: String, counted: Int, stored: Int) {
        self.from = from
        self.to = to
        self.counted = counted
        self.stored = stored
    }

    package var isShort: Bool { stored < counted }

    /// Days that are asked about at most; the vendor knows three months.
    private static let mostDays = 89

    /// - Returns: nil where no whole day has passed since the task's first increment, which holds what came before.
    /// - Throws: `APIError`, where the account may not ask for one; `VaultError`.
    package static func of(
        _ task: TaskID, _ source: any VolumeSource, in vault: SnapshotVault, host: String, now: Date
    ) async throws -> DayVolumes? {
        var byDay: [String: Int] = [:]
        try vault.forEachSnapshot(tasks: [task], source: .increments) { record in
            guard record.host == host, let address = record.address else { return }
            byDay[address.name.date, default: 0].add(held: record.rows)
        }
        func day(_ ago: Int) -> String { UTCTime.dateText(now.addingTimeInterval(-86_400 * Double(ago))) }
        let to = day(1)
        guard let first = byDay.keys.min(), let from = (1...mostDays).map(day).filter({ $0 > first }).min() else {
            return nil
        }
        let days = try await source.volumes(task: task.text, from: from, to: to)
        return DayVolumes(
            from: from, to: to, counted: days.filter { from...to ~= $0.day }.heldSum(\.rows),
            stored: byDay.filter { $0.key >= from }.values.heldSum { $0 })
    }
}
