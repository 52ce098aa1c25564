import Foundation
import StorageTime
import Vault

/// Whether time that is missing is about to be lost: as old as the oldest rows that the cloud ever still gave.
struct ExpiryCheck: DoctorCheck {
    /// A task, and how old rows were when the cloud still counted some, in seconds.
    struct Subject: Sendable {
        let status: TaskStatus
        let oldestAge: Int?
        /// Whether a job takes the task, so that what is closed behind its last window is to come.
        let isTaken: Bool
        /// What storage time it is.
        let now: StorageInstant
        /// Whether the cloud was seen to lose rows. Where it was not, how old rows were says how far back somebody
        /// asked, and not how long the cloud keeps them.
        var hasLost = true

        /// Whether its oldest rows tell how long the cloud keeps them: a young vault's do not.
        fileprivate var isTelling: Bool { hasLost && (oldestAge ?? 0) >= ExpiryCheck.least }

        /// Seconds until the oldest of its missing rows are as old as any that the cloud still gave; negative where
        /// they are older already, nil where nothing is missing or that age is not known.
        var secondsLeft: Int? {
            guard isTelling, let oldestAge, let first = status.gaps.first else { return nil }
            return oldestAge - now.seconds(since: first.from)
        }
    }

    let name = "expiry"
    let tasks: [Subject]

    /// How long before that age rows are in danger: two weeks, or a quarter of it where that is less.
    private static func danger(_ limit: Int) -> Int { min(14 * 86_400, limit / 4) }
    /// Ages below say nothing about the cloud, only that the vault is young.
    private static let least = 86_400

    func findings() -> [Finding] {
        let judged = tasks.filter(\.isTelling)
        guard let oldest = judged.compactMap(\.oldestAge).max() else { return [] }
        let found = judged.flatMap(endangered)
        guard found.isEmpty else {
            return Finding.of(
                found, nil, one: { "task \($0.task): \($0.detail)" },
                several: { "\($0.grouped) stretches are missing, and old enough for the cloud to lose them" })
        }
        return [
            .ok("nothing that is missing is near the age at which the cloud still gave rows (\(Seconds(oldest).rough))")
        ]
    }

    private func endangered(_ task: Subject) -> [Finding.Subject] {
        guard let limit = task.oldestAge else { return [] }
        return missing(task).compactMap { gap in
            let age = task.now.seconds(since: gap.from)
            guard age >= limit - Self.danger(limit) else { return nil }
            let what =
                age > limit
                ? "is older than any rows that the cloud ever gave"
                : "nears the age of the oldest rows that the cloud gave"
            return Finding.Subject(
                task.status.task, name: task.status.name,
                "\(gap) is missing, and \(what) (\(Seconds(age).rough), \(Seconds(limit).rough))",
                advice: "take it now: octovault backfill \(task.status.task) --from '\(gap.from)' --to '\(gap.to)'")
        }
    }

    /// The gaps, and what is closed behind the last window where a job should have taken it.
    private func missing(_ task: Subject) -> [Window] {
        guard task.isTaken, let to = task.status.to, let open = task.status.openFrom,
            let tail = try? Window(from: to, to: open)
        else {
            return task.status.gaps
        }
        return task.status.gaps + [tail]
    }
}
