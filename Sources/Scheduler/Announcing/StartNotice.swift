import Foundation
import Jobs

/// What a start address is told.
struct StartNotice: Encodable {
    let job: String
    let event = "start"
    let reason: Firing.Reason
    let scheduledAt: Date
    let startedAt: Date

    enum CodingKeys: String, CodingKey {
        case job, event, reason
        case scheduledAt = "scheduled_at"
        case startedAt = "started_at"
    }

    init(_ job: Job, _ firing: Firing) {
        self.job = job.name
        reason = firing.reason
        scheduledAt = firing.scheduledAt
        startedAt = firing.actualAt
    }

    /// One line, keys sorted, times in UTC.
    var json: [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        return (try? encoder.encode(self)).map(Array.init) ?? []
    }
}
