import Records
import StorageTime
import Vault

/// Whether time is missing between what is covered.
struct CoverageCheck: DoctorCheck {
    let name = "coverage"
    let entries: [TaskStatus]

    func findings() -> [Finding] {
        let windowed = entries.filter { $0.source == .storageTime }
        guard !windowed.isEmpty else { return [] }
        let gaps: [Finding.Subject] = windowed.compactMap { status in
            guard let first = status.gaps.first, let last = status.gaps.last else { return nil }
            let seconds = status.gaps.reduce(0) { $0 + $1.seconds }
            let count = status.gaps.count
            return Finding.Subject(
                status.task, name: status.name,
                "\(count.counted("gap")) between \(first.from) and \(last.to), \(Seconds(seconds).rough) in all",
                advice: "octovault backfill \(status.task) --from '\(first.from)' --to '\(last.to)'")
        }
        guard !gaps.isEmpty else { return [.ok("no time is missing between what is covered")] }
        return Finding.of(
            gaps, .dataDamaged, one: { "task \($0.task): \($0.detail)" },
            several: { "\($0.grouped) tasks have gaps" },
            advice:
                "`octovault status TASK` names a task's gaps, and `octovault backfill TASK --from T --to T` fills them")
    }
}
