package import Jobs
package import Logging
import OctoparseAPI
package import Snapshots
package import StorageTime
package import Vault

/// A vault, and the account whose tasks are backed up into it: what a command that talks to a server works on.
///
/// Each call opens a client of its own, and closes it.
package struct AccountSession: Sendable {
    let vault: SnapshotVault
    let account: Account
    let settle: Seconds
    let configuration: TakingConfiguration
    let logger: Logger

    /// - Parameters:
    ///   - settle: how long after its end a window is taken.
    ///   - configuration: how windows are taken; else as a job without settings of its own takes them. Its interval
    ///     convention is the account's.
    package init(
        vault: SnapshotVault, account: Account, settle: Seconds = JobDefaults.settle,
        configuration: TakingConfiguration = TakingConfiguration(
            pageSize: JobDefaults.pageSize, concurrency: JobDefaults.concurrency),
        logger: Logger
    ) {
        self.vault = vault
        self.account = account
        self.settle = settle
        self.configuration = configuration
        self.logger = logger
    }

    /// - Throws: ``Problem`` where the process may not open as many files or start as many threads as a client needs;
    ///   `APIError` for an account that no client can be made for; what `work` throws.
    func connected<Result: Sendable>(
        _ work: @Sendable (SnapshotConnection) async throws -> Result
    ) async throws -> Result {
        try ProcessLimits.network.require()
        return try await account.withClient(inFlight: configuration.concurrency, logger: logger) { client in
            try await work(
                SnapshotConnection(
                    vault: vault, account: account, client: client, settle: settle, configuration: configuration))
        }
    }
}
