import Catalog
import Foundation

/// Whether those who are to be told of runs were told.
struct NoticesCheck: DoctorCheck {
    let name = "notices"
    let failed: [FailedNotice]
    let now: Date

    func findings() -> [Finding] {
        failed.map { notice in
            .error(
                .tryAgain,
                "job \(notice.job): \(notice.target) was not told of a \(notice.event): \(notice.reason) "
                    + "(\(notice.attempts.counted("attempt")), the last on \(notice.lastFailedAt.utcText))",
                "it is tried again with the next run; `octovault jobs notify --job \(notice.job)` sends a test")
        }
    }
}
