import Jobs
import Logging
import OctoparseAPI

/// One client an account, opened when first needed and shared by all jobs, so that they share its request rate and
/// token.
///
/// An account that its file describes in another way is another account: it gets a client of its own, and the old one
/// is closed once no run uses it.
actor AccountClients {
    private struct Entry {
        let client: OctoparseClient
        var users = 0
    }

    nonisolated let names = TaskNames()
    private let logger: Logger
    private var entries: [Account: Entry] = [:]
    /// The accounts whose clients stay open unused.
    private var wanted: Set<Account>

    init(_ accounts: [Account], logger: Logger) {
        wanted = Set(accounts)
        self.logger = logger
    }

    /// Runs `work` with the account's client.
    ///
    /// - Throws: `APIError` for an account that no client can be made for, and what `work` throws.
    nonisolated func with<Result: Sendable>(
        _ account: Account, _ work: @Sendable (OctoparseClient) async throws -> Result
    ) async throws -> Result {
        let client = try await take(account)
        do {
            let result = try await work(client)
            await giveBack(account)
            return result
        } catch {
            await giveBack(account)
            throw error
        }
    }

    /// From now on these are the accounts.
    func keep(_ accounts: [Account]) async {
        wanted = Set(accounts)
        await closeUnused()
    }

    /// Closes all clients; what still uses one fails.
    func shutdown() async {
        let all = entries.values.map(\.client)
        entries = [:]
        wanted = []
        for client in all { await close(client) }
    }

    /// The accounts that have an open client.
    var open: Set<Account> { Set(entries.keys) }

    private func take(_ account: Account) throws -> OctoparseClient {
        var entry =
            try entries[account]
            ?? Entry(
                client: OctoparseClient(
                    // Each job keeps to its own concurrency; the account keeps to its rate.
                    configuration: account.apiConfiguration(inFlight: JobDefaults.concurrencies.upperBound),
                    logger: logger))
        entry.users += 1
        entries[account] = entry
        return entry.client
    }

    private func giveBack(_ account: Account) async {
        entries[account]?.users -= 1
        await closeUnused()
    }

    private func closeUnused() async {
        for (account, entry) in entries where entry.users == 0 && !wanted.contains(account) {
            entries[account] = nil
            await close(entry.client)
        }
    }

    private func close(_ client: OctoparseClient) async {
        do {
            try await client.shutdown()
        } catch {
            logger.debug("a client did not close in order", metadata: ["reason": "\(error)"])
        }
    }
}
