package import StorageTime

/// How everything stands, in one sentence: the first of the page, of `status` and of `doctor`.
package struct VaultVerdict: Sendable, Hashable {
    package enum Level: String, Sendable, Hashable, CaseIterable { case good, late, bad }

    package let level: Level
    package let sentence: String

    /// What the sentence is made from.
    package struct Facts: Sendable {
        /// Tasks in all, and of these those with windows.
        package var tasks = 0, windowed = 0
        /// Where the coverage of the windowed tasks ends, the least and the greatest.
        package var coveredTo: ClosedRange<StorageInstant>?
        /// What storage time it is.
        package var today: StorageInstant?
        /// Tasks with gaps, and the seconds that they come to.
        package var withGaps = 0, gapSeconds = 0
        /// Tasks of which nothing is there, those that jobs name by id among them.
        package var withNothing = 0
        /// Seconds until the oldest of the missing rows may be gone; negative where they may be gone already.
        package var expiresIn: Int?
        /// Tasks that are behind, and by how much at most.
        package var behind = 0, mostBehind = 0
        package var damagedSnapshots = 0
        /// Jobs whose latest run did not end well, or that missed their firings.
        package var troubledJobs: [String] = []
        /// Whether what is to be put right is something else.
        package var hasOtherErrors = false

        package init() {}
    }

    package init(_ facts: Facts) {
        let parts = Self.parts(facts)
        level = parts.level
        sentence = parts.sentence
    }

    private static func parts(_ facts: Facts) -> (level: Level, sentence: String) {
        guard facts.tasks > 0 else {
            let jobs = facts.troubledJobs.isEmpty ? "" : " \(troubled(facts.troubledJobs))"
            return (facts.troubledJobs.isEmpty ? .late : .bad, "The vault holds nothing yet.\(jobs)")
        }
        let damaged = facts.damagedSnapshots
        if facts.withGaps > 0 {
            let who = "\(share(facts.withGaps, facts)) \(facts.withGaps == 1 ? "has" : "have") gaps"
            let damage =
                damaged > 0 ? ", and \(damaged.counted("snapshot")) \(damaged == 1 ? "is" : "are") damaged" : ""
            let length = "\(damaged > 0 ? "; the gaps come to" : ",") \(Seconds(facts.gapSeconds).rough) in all."
            return (.bad, who + damage + (expiry(facts) ?? length))
        }
        if damaged > 0 {
            return (
                .bad,
                "\(damaged.counted("snapshot")) of \(facts.tasks.counted("task")) \(damaged == 1 ? "is" : "are") damaged."
            )
        }
        if facts.behind > 0 {
            let who = "\(share(facts.behind, facts)) \(facts.behind == 1 ? "is" : "are") behind"
            return (.late, "\(who), by up to \(Seconds(facts.mostBehind).rough). Nothing is missing before that.")
        }
        if facts.withNothing > 0 {
            return (.late, "Nothing is there yet of \(facts.withNothing.grouped) of \(facts.tasks.counted("task")).")
        }
        let covered = covered(facts)
        guard facts.troubledJobs.isEmpty else { return (.late, "\(covered) \(troubled(facts.troubledJobs))") }
        return facts.hasOtherErrors
            ? (.late, "\(covered) Something else wants attention.") : (.good, "\(covered) Nothing is missing.")
    }

    private static func share(_ count: Int, _ facts: Facts) -> String {
        facts.tasks == 1 ? "The one task" : "\(count.grouped) of \(facts.tasks.counted("task"))"
    }

    private static func covered(_ facts: Facts) -> String {
        guard let range = facts.coveredTo, facts.windowed > 0 else {
            return facts.tasks == 1
                ? "The one task has its captures." : "All \(facts.tasks.grouped) tasks have their captures."
        }
        let end = text(range.lowerBound, facts.today) + (range.lowerBound == range.upperBound ? "" : " or later")
        if facts.windowed < facts.tasks {
            let captured = (facts.tasks - facts.windowed).counted("task")
            return
                "\(facts.windowed == 1 ? "1 task is" : "\(facts.windowed.grouped) tasks are") covered to \(end), \(captured) by captures."
        }
        return facts.tasks == 1
            ? "The one task is covered to \(end)." : "All \(facts.tasks.grouped) tasks are covered to \(end)."
    }

    private static func expiry(_ facts: Facts) -> String? {
        guard let seconds = facts.expiresIn else { return nil }
        if seconds <= 0 { return "; the oldest of their rows may have expired." }
        let days = seconds / 86_400
        let time = days > 1 ? "\(days) days" : "\(max(1, seconds / 3600).counted("hour"))"
        return "; the oldest of their rows may expire in \(time)."
    }

    private static func troubled(_ jobs: [String]) -> String {
        jobs.count == 1
            ? "Job \(jobs[0].printable) did not end well the last time."
            : "\(jobs.count.grouped) jobs did not end well the last time."
    }

    /// The time of day alone where it is of today.
    private static func text(_ instant: StorageInstant, _ today: StorageInstant?) -> String {
        guard let today, today.startOfDay == instant.startOfDay else { return instant.shortText }
        return String(instant.shortText.dropFirst(11))
    }
}
