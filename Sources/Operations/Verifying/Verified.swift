package import Snapshots
package import Vault

/// What `verify` came to.
package struct Verified: Sendable {
    /// Before anything was put right.
    package internal(set) var report: VerifyReport
    package internal(set) var plan: HealPlan?
    /// nil where nothing was done.
    package internal(set) var healed: HealReport?
    /// nil where no window was asked for.
    package internal(set) var taken: BackfillSummary?
    /// What came of tasks that were read from their first row on, for damaged increments.
    package internal(set) var walked: [CaptureOutcome] = []
    /// What is left, where something was put right.
    package internal(set) var after: VerifyReport?
    /// How many windows wait for an account.
    package internal(set) var missing = 0
    /// How many tasks with damaged increments wait for one.
    package internal(set) var missingIncrements = 0
    /// Why the account could not be used.
    package internal(set) var accountProblem: String?
    /// nil where there was no list to compare with.
    package internal(set) var comparison: ListComparison?

    init(_ report: VerifyReport, _ comparison: ListComparison? = nil) {
        self.report = report
        self.comparison = comparison
    }

    package var damaged: [Damage] { (after ?? report).damaged }

    package var verdict: ExitStatus {
        let isSound = damaged.isEmpty && comparison?.isEqual ?? true
        let statuses: [ExitStatus] =
            [isSound ? .done : .dataDamaged, taken?.verdict ?? .done] + walked.map(\.verdict)
            + (healed?.failures ?? []).map { Problem($0).status }
        return (healed?.locked.isEmpty ?? true ? statuses : statuses + [.tryAgain]).verdict
    }
}
