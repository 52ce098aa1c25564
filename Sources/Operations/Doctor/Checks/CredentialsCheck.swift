/// Whether each account gets a token, and is answered.
struct CredentialsCheck: DoctorCheck {
    let name = "account"
    let accounts: [AccountFacts]
    /// Why there is no account; nil where there is one.
    let missing: Problem?

    func findings() -> [Finding] {
        if let missing {
            return [
                .warning(
                    "\(missing.message): credentials, clock and time zone were not looked at",
                    missing.hint
                        ?? "`octovault init` writes an account; or export OCTOPARSE_USERNAME and OCTOPARSE_PASSWORD")
            ]
        }
        return accounts.map { account in
            let who = "account '\(account.name)' at \(account.host)"
            if let problem = account.problem {
                return .error(problem.status, "\(who): \(problem.message)", problem.hint)
            }
            let entry = account.usesKey ? "the API key is taken" : "a token was got"
            guard let groups = account.groups else { return .ok("\(who): \(entry)") }
            return .ok(
                "\(who): \(entry), and \(groups.count) task \(groups.count == 1 ? "group" : "groups") listed")
        }
    }
}
