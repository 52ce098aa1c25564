package import Archive
import Catalog
package import Foundation
package import OctoparseAPI
package import StorageTime
package import Vault

/// A vault and a server: all that taking snapshots of one account needs.
package struct SnapshotConnection: Sendable {
    package let vault: SnapshotVault
    package let pages: any PageSource
    /// Where rows are read by a cursor; nil where nothing is.
    package let cursors: (any CursorSource)?
    /// Whether rows can be asked for by their storage time, which the API of today does not offer.
    package let hasWindows: Bool
    /// The API's host, by which a vault tells one account's rows from another's.
    package let host: String
    package let clock: StorageClock
    /// How long after its end a window is taken.
    package let settle: Seconds
    package let configuration: TakingConfiguration
    /// How many requests were sent so far, retries and log-ins included.
    package let requestCount: @Sendable () -> Int
    package let now: @Sendable () -> Date
    package let sleep: @Sendable (Duration) async throws -> Void
    /// What the account calls a task; asked where the vault does not know. Empty where nobody knows.
    package var taskName: @Sendable (TaskID) async -> String = { _ in "" }
    /// An error about a task, with more in it where there is more to say.
    package var explained: @Sendable (any Error, TaskID) async -> any Error = { error, _ in error }

    package init(
        vault: SnapshotVault, pages: any PageSource, host: String, clock: StorageClock, settle: Seconds,
        configuration: TakingConfiguration, requestCount: @escaping @Sendable () -> Int,
        cursors: (any CursorSource)? = nil, hasWindows: Bool = true,
        now: @escaping @Sendable () -> Date = { Date() },
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) {
        self.vault = vault
        self.pages = pages
        self.cursors = cursors
        self.hasWindows = hasWindows
        self.host = host
        self.clock = clock
        self.settle = settle
        self.configuration = configuration
        self.requestCount = requestCount
        self.now = now
        self.sleep = sleep
    }

    /// Counts of rows a day from another side; nil where the API has none.
    var volumes: (any VolumeSource)? { hasWindows ? nil : cursors as? any VolumeSource }

    /// The name of a task that is held: as the vault has it or, where it has none, as the account does.
    func name(of locked: LockedTask) async -> String {
        let known = (try? locked.vault.catalog.series(tasks: [locked.task.text])) ?? []
        if let name = known.map(\.name).first(where: { !$0.isEmpty }) { return name }
        return await taskName(locked.task)
    }

    /// - Parameter pageSize: nil is the connection's own.
    func context(
        pageSize: Int? = nil, report: @escaping @Sendable (SnapshotEvent) -> Void
    ) -> SessionContext {
        var context = SessionContext(self, report: report)
        if let pageSize { context.configuration.pageSize = pageSize }
        return context
    }
}
