package import Foundation
import Jobs
package import OctoparseAPI
import Records
package import Snapshots
package import StorageTime
package import Vault

extension SnapshotConnection {
    /// A vault and a server: the one place where the two are put together.
    ///
    /// - Parameter settle: how long after its end a window is taken.
    package init(
        vault: SnapshotVault, client: OctoparseClient, clock: StorageClock, settle: Seconds,
        configuration: TakingConfiguration, now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.init(
            vault: vault, pages: client, host: client.host, clock: clock, settle: settle,
            configuration: configuration, requestCount: { client.requests.requests },
            cursors: client, hasWindows: client.dialect == .dataExport, now: now)
    }

    /// - Parameter configuration: its interval convention is the account's, whatever it says.
    init(
        vault: SnapshotVault, account: Account, client: OctoparseClient, settle: Seconds,
        configuration: TakingConfiguration, now: @escaping @Sendable () -> Date = { Date() }
    ) {
        var configuration = configuration
        configuration.interval = account.interval ?? .unknown
        self.init(
            vault: vault, client: client, clock: account.storageClock, settle: settle, configuration: configuration,
            now: now)
    }
}
