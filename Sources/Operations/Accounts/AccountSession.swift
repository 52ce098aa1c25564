package import Jobs
package import Logging
import OctoparseAPI
package import Snapshots
package import StorageTime
import Synchronization
package import Vault

/// A vault, and the account whose tasks are backed up into it: what a command that talks to a server works on.
///
/// Each call opens a client of its own, and closes it.
package struct AccountSession: Sendable {
    /// Nil for a look at an account alone, or where the vault is yet to be made.
    let vault: SnapshotVault?
    let account: Account
    let settle: Seconds
    let configuration: TakingConfiguration
    let logger: Logger
    /// Shared by all calls.
    let names = TaskNames()
    private let gauge = RequestGauge()

    /// - Parameters:
    ///   - settle: how long after its end a window is taken.
    ///   - configuration: how windows are taken; else as a job without settings of its own takes them. Its interval
    ///     convention is the account's.
    package init(
        vault: SnapshotVault?, account: Account, settle: Seconds = JobDefaults.settle,
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

    /// Requests sent by the call under way, or the last one.
    package var requests: Int { gauge.count }

    /// - Throws: ``Problem`` where the process may not open as many files or start as many threads as a client needs;
    ///   `APIError` for an account that no client can be made for; what `work` throws.
    func connected<Result: Sendable>(
        _ work: @Sendable (SnapshotConnection) async throws -> Result
    ) async throws -> Result {
        guard let vault else { throw Problem(.defect, code: "defect", "nothing is backed up without a vault") }
        try ProcessLimits.network.require()
        return try await account.withClient(inFlight: configuration.concurrency, logger: logger) { client in
            gauge.read { client.requests.requests }
            return try await work(
                SnapshotConnection(
                    vault: vault, account: account, client: client, settle: settle, configuration: configuration
                ).naming(by: names, account, client))
        }
    }
}

/// Tells how many requests a client sent.
private final class RequestGauge: Sendable {
    private let source = Mutex<(@Sendable () -> Int)?>(nil)

    var count: Int { source.withLock { $0 }?() ?? 0 }

    func read(_ source: @escaping @Sendable () -> Int) {
        self.source.withLock { $0 = source }
    }
}
