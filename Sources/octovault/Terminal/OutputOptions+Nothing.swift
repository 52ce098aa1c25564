import Operations
import Spelling
import Vault

extension OutputOptions {
    /// Says that nothing of what was asked for was found, and which command tells more or changes that.
    ///
    /// - Parameter tasks: those that were named.
    func sayNothing(in vault: SnapshotVault, tasks: [String]) throws {
        guard try !vault.series().isEmpty else { return sayEmptyVault() }
        let task = tasks.count == 1 ? " \(tasks[0].shellWord)" : ""
        say("nothing was found there; `octovault status\(task)` says what the vault holds".printable)
    }

    func sayEmptyVault() {
        say("the vault is empty")
        say("  \(Self.fillsVault)")
    }

    /// What to do about an empty vault.
    static let fillsVault =
        "`octovault tasks` lists the account's tasks, and `octovault backfill TASK --from 30d` takes their rows"
}
