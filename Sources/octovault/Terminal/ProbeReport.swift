import Foundation
import Jobs
import Operations
import Records
import Snapshots
import StorageTime

extension ProbeReport {
    var lines: [String] {
        var lines = ["\(task): \(CaptureReport.rows(findings.taskTotal)), \(requests.counted("request"))"]
        func tell(_ name: String, _ text: String) {
            lines.append("  \(name.padding(toLength: 10, withPad: " ", startingAt: 0)) \(text)")
        }
        tell("interval", interval)
        tell("instants", instants)
        tell("from, to", heeds)
        tell("total", total)
        tell("fractions", fractions)
        tell("order", order)
        tell("zone", zone)
        lines += later.lines
        lines.append("  counts")
        for evidence in observations.evidence where evidence.step != .search { lines.append("    \(evidence.line)") }
        let searched = observations.evidence.count { $0.step == .search }
        if searched > 0 { lines.append("    and \(searched) counts that looked for rows (--json lists them)") }
        if accountLines.isEmpty {
            lines.append("  nothing to write for the account '\(account.name)'")
        } else {
            lines.append(
                "  write for the account '\(account.name)' in accounts.yaml, or as OCTOPARSE_API, OCTOPARSE_INTERVAL, "
                    + "OCTOPARSE_TIME_ZONE:"
            )
            lines += accountLines.map { "    \($0)" }
        }
        return lines
    }
}

extension ProbeReport {
    private var interval: String {
        switch findings.interval {
        case .closed: "closed: rows at either edge are counted in"
        case .halfOpen: "half-open, likely: rows lie on the hour, and are counted from it on, not up to it"
        case .leftOpen: "left-open, likely: rows lie on the hour, and are counted up to it, not from it on"
        case .oneSided:
            "one-sided: half-open or left-open, which counts cannot tell apart, or no row is stored at a whole second"
        case .open: "open: rows at either edge are left out; windows cannot be proven, take snapshot --source all"
        case .unknown: unknownInterval
        }
    }

    private var unknownInterval: String {
        if findings.taskTotal == 0 { return "not seen: the task holds no row" }
        if findings.heedsInterval == false { return "not seen: from and to are not heeded" }
        if observations.isCutShort {
            return
                "not seen within \(observations.requests) requests; allow more with --requests, or narrow --from, --to"
        }
        return "not seen: the counts contradict each other, as they do while rows come in; probe a task at rest"
    }

    private var instants: String {
        switch findings.instants {
        case .accepted: "can be asked for: from equal to to"
        case .refused: "refused: \(observations.refusal ?? "")"
        case .unknown: "not asked for"
        }
    }

    private var heeds: String {
        switch findings.heedsInterval {
        case true?: "heeded: the far future holds no row"
        case false?: "NOT heeded: the far future holds rows; windows cannot be proven, take snapshot --source all"
        case nil: "not seen"
        }
    }

    private var total: String {
        switch findings.total {
        case .query: "counts the rows of the query"
        case .task: "counts the whole task, whatever is asked; windows cannot be proven, take snapshot --source all"
        case .unknown: "not seen"
        }
    }

    private var fractions: String {
        switch findings.isSubSecond {
        case true?: "rows are stored at fractions of a second"
        case false?: "none seen at one second with rows"
        case nil: "cannot be told by this server's counts"
        }
    }

    private var order: String {
        let ties = findings.sawTies ? "rows of one second" : "no two rows of one second among them"
        return switch findings.order {
        case .stable: "the same page came in the same order twice; \(ties)"
        case .unstable: "NOT stable: the same page came in another order; \(ties)"
        case .unknown: "not seen"
        }
    }

    private var zone: String {
        guard let offset = findings.offset else {
            return "unknown: no row was stored within the last day"
        }
        let text = Self.offset(offset.seconds)
        let said =
            offset.isExact ? "UTC\(text), for rows came in meanwhile" : "UTC\(text) or further east, by the newest rows"
        guard let zone = account.timeZone, let date = observations.serverDate else { return said }
        let configured = zone.timeZone.secondsFromGMT(for: date)
        let agrees = offset.isExact ? configured == offset.seconds : configured >= offset.seconds
        return agrees ? "\(said); \(zone.name) agrees" : "\(said); THE ACCOUNT'S \(zone.name) CONTRADICTS IT"
    }

    static func offset(_ seconds: Int) -> String {
        let minutes = abs(seconds) / 60
        let text = "\(minutes / 60 < 10 ? "0" : "")\(minutes / 60):\(minutes % 60 < 10 ? "0" : "")\(minutes % 60)"
        return (seconds < 0 ? "-" : "+") + text
    }
}

extension ProbeObservations.Evidence {

    fileprivate var line: String {
        let asked = from.map { from in from == to ? "\(from)" : "\(from) to \(to?.description ?? "")" } ?? "all rows"
        let answer = total.map { "total \($0)" } ?? "refused"
        return "\(asked.padding(toLength: 44, withPad: " ", startingAt: 0)) \(answer)"
    }
}
