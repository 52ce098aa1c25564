package import Jobs

extension Account {
    /// The same account with a rate of this process's own.
    ///
    /// - Parameter rate: requests a second, 0 for no limit; nil leaves the account's.
    package func limited(to rate: Double?) -> Account {
        guard let rate else { return self }
        var account = self
        account.requestsPerSecond = rate
        return account
    }
}

extension JobSet {
    /// The same jobs and accounts, each account with a rate of this process's own.
    package func limited(to rate: Double?) -> JobSet {
        guard let rate else { return self }
        var set = self
        set.accounts = accounts.map { $0.limited(to: rate) }
        return set
    }
}
