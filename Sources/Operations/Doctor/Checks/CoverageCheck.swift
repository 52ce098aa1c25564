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
        let gaps: [Finding] = windowed.compactMap { status in
            guard let first = status.gaps.first, let last = status.gaps.last else { return nil }
            let seconds = status.gaps.reduce(0) { $0 + $1.seconds }
            let count = status.gaps.count
            return .error(
                .dataDamaged,
                "task \(status.task): \(count.counted("gap")) between \(first.from) and \(last.to), "
                    + "\(Seconds(seconds).rough) in all",
                "octovault backfill \(status.task) --from '\(first.from)' --to '\(last.to)'")
        }
        return gaps.isEmpty ? [.ok("no time is missing between what is covered")] : gaps
    }
}
