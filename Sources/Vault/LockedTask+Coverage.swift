import Archive
import Catalog
package import Foundation
import Records
package import StorageTime

extension LockedTask {
    /// What is covered of the task for an account, from its snapshots of storage time.
    ///
    /// - Parameters:
    ///   - host: the account's. Snapshots of another host are no coverage for it.
    ///   - clock: the account's, with its present zone: a window captured before it was closed by it is not covered.
    ///   - settle: how long after its end a window counts as closed.
    ///   - range: only windows that overlap it; nil for all.
    ///   - now: the present instant, by the earlier of our clock and the server's.
    /// - Throws: ``VaultError/Code/otherHost``; ``VaultError/Code/overlap`` where two manifests cover the same second.
    package func coverage(
        host: String, clock: StorageClock, settle: Seconds, in range: Window? = nil, now: Date
    ) throws(VaultError) -> Coverage {
        try vaultErrors {
            try requireHost(host)
            var coverage = Coverage(openFrom: clock.closedUntil(now: now, settle: settle))
            let all = try vault.catalog.windows(of: task.text, source: .storageTime, host: host, in: range)
            let damaged = withState { $0.damaged.union($0.quarantined) }.filter { $0.source == .storageTime }
            let paths = Set(damaged.map(\.manifestPath))
            let windows = paths.isEmpty ? all : all.filter { !paths.contains($0.path) }
            try refuseOverlaps(windows)
            let instants = windows.lazy.map { $0.facts.capturedAt }
            if let first = instants.min(), let last = instants.max() {
                coverage.windows.reserveCapacity(windows.count)
                let table = ClosingTable(clock: clock, settle: settle, instants: first...last)
                for record in windows {
                    if table.isClosed(record.window, at: record.facts.capturedAt) {
                        coverage.windows.append(record)
                    } else {
                        coverage.premature.append(record)
                    }
                }
            }
            coverage.covered = WindowSet(coverage.windows.lazy.map { $0.window })
            guard !damaged.isEmpty else { return coverage }
            // One that overlaps what is covered cannot be taken again as it is: its rows have come by another way
            // since.
            let taken = WindowSet(windows.lazy.map(\.window))
            coverage.damaged = damaged.compactMap(\.name.window)
                .filter { range?.overlaps($0) ?? true && taken.parts(in: $0).isEmpty }.sorted()
            return coverage
        }
    }

    /// - Throws: ``VaultError/Code/otherHost`` where the vault holds snapshots of the task from another host.
    package func requireHost(_ host: String) throws(VaultError) {
        try vaultErrors {
            for series in try vault.catalog.series(tasks: [task.text]) where series.host != host {
                throw VaultError(
                    .otherHost, "task \(task) was backed up from \(series.host), and the account's host is \(host)",
                    hint: "use the account of that host, or another vault for this one")
            }
        }
    }

    private func refuseOverlaps(_ windows: [WindowRecord]) throws(VaultError) {
        guard var last = windows.first else { return }
        for record in windows.dropFirst() {
            if record.window.overlaps(last.window) {
                throw VaultError(
                    .overlap, "\(last.path) and \(record.path) cover the same second",
                    hint: "`octovault verify` names the damage and what to do about it")
            }
            if record.window.to > last.window.to { last = record }
        }
    }
}
