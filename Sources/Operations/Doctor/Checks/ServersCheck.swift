import Catalog
import Foundation
import Snapshots
import StorageTime

/// What runs have learnt of the servers that hold the tasks: whether intervals are heeded, whether answers are
/// believed, and how many rows come in a week.
struct ServersCheck: DoctorCheck {
    let name = "servers"
    let learned: [(task: String, host: String, learned: LearnedRecord)]
    let now: Date

    func findings() -> [Finding] {
        guard !learned.isEmpty else { return [] }
        return heeded
            + Finding.of(
                doubted, nil,
                one: { "task \($0.task): \($0.detail)" },
                several: { "answers about \($0.grouped) tasks contradicted each other of late" })
    }

    private var heeded: [Finding] {
        let seen = learned.compactMap(\.learned.startHeededAt)
        guard let latest = seen.max() else { return [] }
        let ago = Seconds(Int(held: max(0, now.timeIntervalSince(latest)))).rough
        let weekly = learned.compactMap { $0.learned.hourlyRows.flatMap(HourlyRows.init)?.expectedRowsOfAWeek }
        let rows =
            weekly.isEmpty
            ? "" : "; about \(Int(held: weekly.reduce(0, +).rounded()).counted("row")) a week are expected"
        return [
            .ok("\(seen.count.counted("task")): the server heeds intervals, as seen \(ago) ago\(rows)")
        ]
    }

    private var doubted: [Finding.Subject] {
        learned.filter { $0.learned.doubt > 0 && !$0.learned.isUntried }.map { task, host, learned in
            Finding.Subject(
                task,
                "answers of \(host) contradicted each other of late, so each window is proven alone, for "
                    + "\(learned.windowsLeft.counted("more window"))",
                advice: "this costs requests and loses nothing; `octovault probe \(task)` shows how the server counts")
        }
    }
}
