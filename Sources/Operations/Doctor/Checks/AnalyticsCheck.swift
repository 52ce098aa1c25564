import OctoparseAPI
import Snapshots

/// Whether increments brought as many rows as the vendor's own analytics count.
struct AnalyticsCheck: DoctorCheck {
    let name = "analytics"
    let accounts: [AccountFacts]

    func findings() -> [Finding] {
        accounts.flatMap { account in account.volumes.compactMap { finding($0, account) } }
    }

    private func finding(_ volumes: AccountFacts.Volumes, _ account: AccountFacts) -> Finding? {
        if let problem = volumes.problem {
            let isOfPlan = problem.code == APIError.Code.notAllowed.rawValue
            return .ok(
                isOfPlan
                    ? "account '\(account.name)': the plan does not allow to ask for the vendor's own counts"
                    : "the vendor's own counts were not to be had: \(problem.message)")
        }
        guard let counts = volumes.counts else { return nil }
        let said = "task \(volumes.task): \(counts.sentence)"
        guard counts.isShort else { return .ok(said) }
        return .warning(
            said,
            "rows removed in the cloud before they were taken may be why; `octovault verify \(volumes.task) --reconcile` "
                + "compares all that the cloud holds")
    }
}
