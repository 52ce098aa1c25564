import Foundation
package import Jobs
import Records
package import Snapshots
import StorageTime

/// What a probe found, with the counts that it rests on.
package struct ProbeReport {
    package let task: String
    package let observations: ProbeObservations
    package let findings: ProbeFindings
    package let account: Account
    /// What the host has of the later paths.
    package let later: CursorProbe.Findings
    /// Whether the account is set to the other API.
    private let isFound: Bool

    package init(
        task: String, _ observations: ProbeObservations, _ findings: ProbeFindings, _ account: Account,
        later: CursorProbe.Findings, isFound: Bool
    ) {
        self.later = later
        self.isFound = isFound
        self.task = task
        self.observations = observations
        self.findings = findings
        self.account = account
    }

    package var verdict: ExitStatus {
        if findings.heedsInterval == false || findings.total == .task || findings.interval == .open {
            return .dataDamaged
        }
        return findings.interval == .unknown ? .tryAgain : .done
    }

    package var accountLines: [String] {
        [isFound ? "api: \(account.dialect.rawValue)" : nil, findings.intervalLine, findings.timeZoneLine]
            .compactMap(\.self)
    }

    /// Requests made in all.
    package var requests: Int { observations.requests + later.requests }

    package var json: OrderedJSON {
        .object([
            "task": .text(task), "requests": .integer(requests), "api": .text(account.dialect.rawValue),
            "complete": .boolean(!observations.isCutShort), "task_rows": .integer(findings.taskTotal),
            "interval": .text(findings.interval.rawValue), "certain": .boolean(isCertain),
            "instants": .text(findings.instants.rawValue), "heeds_interval": .boolean(findings.heedsInterval),
            "total_counts": .text(findings.total.rawValue), "sub_second": .boolean(findings.isSubSecond),
            "order": .text(findings.order.rawValue), "ties": .boolean(findings.sawTies),
            "server_date": .text(observations.serverDate?.formatted(.iso8601)),
            "offset_seconds": findings.offset.map { .integer($0.seconds) } ?? .null,
            "offset_exact": .boolean(findings.offset?.isExact), "cursors": later.json,
            "account": .array(accountLines.map { .text($0) }),
            "evidence": .array(observations.evidence.map(\.json)),
        ])
    }

    private var isCertain: Bool { [.closed, .open].contains(findings.interval) }
}

extension ProbeObservations.Evidence {
    var json: OrderedJSON {
        .object([
            "step": .text(step.rawValue), "from": .text(from?.description), "to": .text(to?.description),
            "total": total.map { .integer($0) } ?? .null, "rows": .integer(rows),
        ])
    }
}

extension OrderedJSON {
    fileprivate static func boolean(_ value: Bool?) -> OrderedJSON {
        value.map { .boolean($0) } ?? .null
    }
}
