import Archive
import Catalog
import OctoparseAPI
import Records
import StorageTime
import Vault

extension TaskSession {
    /// Counts covered windows again, takes those again whose count has moved, and fetches those whose last time is due.
    ///
    /// A difference of an enclosing count is bisected; that of one window has to be confirmed by a second count.
    mutating func countAgain() async throws {
        let plan = recheck
        recheck = RecheckPlan()
        var findings = CountFindings()
        do {
            try await findMoved(in: plan.counts, &findings)
        } catch {
            try write(findings)
            throw error
        }
        try write(findings)
        let again = (findings.moved + plan.fetches.map(\.window)).sorted()
        guard !again.isEmpty else { return }
        memory.goBack()
        try await take(again)
    }

    /// What counting again told.
    struct CountFindings {
        /// Ranges whose count is as expected.
        var cleared: [RecheckRecord] = []
        var clearedWindows = 0
        /// Windows whose count differs, twice.
        var moved: [Window] = []
    }

    private mutating func findMoved(in counts: [RecheckPlan.Count], _ findings: inout CountFindings) async throws {
        for count in counts where context.mayGoOn() {
            do {
                _ = try await hasMoved(count, &findings)
            } catch {
                try fail(count.range, error)
            }
        }
    }

    /// Whether a count differs from what is expected; the windows that it is about are noted.
    private func hasMoved(_ count: RecheckPlan.Count, _ findings: inout CountFindings) async throws -> Bool {
        guard let range = count.range, try await !holds(count, over: range, &findings) else { return false }
        let inHalves = findings
        if let (left, right) = count.halves {
            let isLeft = try await hasMoved(left, &findings)
            let isRight = try await hasMoved(right, &findings)
            if isLeft || isRight { return true }
        }
        // Nothing smaller differs: asked once more, for rows may have been on the move.
        guard try await !holds(count, over: range, &findings) else { return false }
        guard let (left, _) = count.halves else {
            findings.moved.append(range)
            return true
        }
        // Each half adds up and both together do not: rows at their common edge went, and as many others came.
        findings.cleared = inHalves.cleared
        findings.clearedWindows = inHalves.clearedWindows
        findings.moved += left.windows.suffix(1).map(\.window)
        return true
    }

    /// Whether the server counts what is expected.
    private func holds(
        _ count: RecheckPlan.Count, over range: Window, _ findings: inout CountFindings
    ) async throws -> Bool {
        try Task.checkCancellation()
        let total = try await context.reader(task: task).count(from: range.from, to: range.to).total
        guard total == count.expectedTotal else { return false }
        findings.clearedWindows += count.windows.count
        findings.cleared.append(
            RecheckRecord(
                task: task.text, source: .storageTime, host: context.host, range: range,
                countedAt: context.serverNow.now, total: total))
        return true
    }

    mutating func write(_ findings: CountFindings) throws {
        summary.counted += findings.clearedWindows
        if !findings.cleared.isEmpty { try locked.vault.catalog.record(findings.cleared) }
        if findings.clearedWindows + findings.moved.count > 0 {
            context.report(
                .counted(task: task.text, windows: findings.clearedWindows, moved: findings.moved.count))
        }
    }
}
