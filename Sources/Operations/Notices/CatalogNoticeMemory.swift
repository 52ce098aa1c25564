import Catalog
import Foundation
import Scheduler
import Vault

/// The catalog as the memory of announcements, over restarts. Where it cannot be read or written, nothing is
/// remembered: the run itself tells of that.
struct CatalogNoticeMemory: NoticeMemory {
    let vault: SnapshotVault

    /// A longer text is none of ours.
    private static let longestMessage = 64 << 10

    func failuresInRow(of job: String) -> Int {
        (try? vault.catalog.counters())?[job]?.failuresInRow ?? 0
    }

    func set(failuresInRow: Int, of job: String) {
        try? vault.catalog.set(.failuresInRow, of: job, to: failuresInRow)
    }

    func lastFiring(of job: String) -> Date? { (try? vault.catalog.history(of: job))?.lastRun.scheduledAt }

    func missed(_ firings: Int, of job: String) { try? vault.catalog.add(firings, to: .missedFirings, of: job) }

    func undelivered(of job: String) -> [String: Announcement] {
        let notices = (try? vault.catalog.failedNotices(of: job)) ?? []
        return Dictionary(
            notices.compactMap { notice in
                (try? JSONDecoder().decode(Announcement.self, from: Data(notice.message.utf8))).map {
                    (notice.target, $0)
                }
            }, uniquingKeysWith: { $1 })
    }

    func failed(_ announcement: Announcement, for target: String, reason: String, at now: Date) {
        try? vault.catalog.add(to: .noticeFailures, of: announcement.job)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // The start of a run that is long over is no news.
        guard announcement.event != .start, let message = try? encoder.encode(announcement),
            message.count <= Self.longestMessage
        else { return }
        try? vault.catalog.record(
            FailedNotice(
                job: announcement.job, target: target, event: announcement.event.rawValue,
                message: String(decoding: message, as: UTF8.self), reason: reason, firstFailedAt: now,
                lastFailedAt: now))
    }

    func settled(_ target: String, of job: String) {
        try? vault.catalog.forgetFailedNotice(of: job, target: target)
    }
}
