import Archive
import Foundation
import Jobs
import Logging
import OctoparseAPI
import Records
import Snapshots
import StorageTime
import Vault

/// Asks an account's server a handful of questions: for a token, its groups, the time, and where in storage time the
/// newest rows of one task are. Nothing on the server changes.
struct AccountInspection: Sendable {
    let account: Account
    /// A task that the account is likely to know, the one with the newest rows; nil takes the first that is listed.
    let task: String?
    let logger: Logger
    /// Where increments are counted; nil where there is no vault.
    var vault: SnapshotVault?
    /// Tasks with increments, whose rows the vendor's analytics are asked for.
    var counted: [TaskID] = []
    var now: @Sendable () -> Date = { Date() }

    /// Shorter than those of a run, since somebody waits for the answer.
    private static let limits = (attempts: 2, connect: Duration.seconds(5), answer: Duration.seconds(20))

    func facts() async throws -> AccountFacts {
        var configuration = account.apiConfiguration(inFlight: 1)
        configuration.maximumAttempts = Self.limits.attempts
        // A token of an earlier day would hide that the password is another by now.
        configuration.cachesTokens = false
        configuration.connectTimeout = Self.limits.connect
        configuration.idleTimeout = Self.limits.answer
        configuration.requestTimeout = Self.limits.answer
        configuration.retryAfterCap = Self.limits.connect
        do {
            return try await OctoparseClient.with(configuration: configuration, logger: logger) { client in
                var found = try await facts(client, client)
                if found.problem == nil { found.volumes = try await volumes(client) }
                guard found.problem?.code == APIError.Code.wrongAPI.rawValue, !account.usesKey else { return found }
                return try await naming(configuration, found)
            }
        } catch let error as CancellationError {
            throw error
        } catch {
            var facts = emptyFacts
            facts.problem = Problem(account.explained(error))
            return facts
        }
    }

    private var emptyFacts: AccountFacts {
        AccountFacts(
            name: account.name, host: account.host, clock: account.storageClock,
            tellsStorageTime: account.dialect == .dataExport, usesKey: account.usesKey)
    }

    /// Tries the other API with the same credentials, so that the finding says which one it is.
    private func naming(_ configuration: APIConfiguration, _ facts: AccountFacts) async throws -> AccountFacts {
        var configuration = configuration
        configuration.dialect = configuration.dialect.other
        let answers = try? await OctoparseClient.with(configuration: configuration, logger: logger) { client in
            try await client.taskGroups().count
        }
        guard answers != nil, let problem = facts.problem else { return facts }
        var facts = facts
        facts.problem = Problem(
            problem.status, code: problem.code, problem.message,
            hint: "it answers as api: \(configuration.dialect.rawValue); set that for the account")
        return facts
    }

    func facts(_ pages: any PageSource, _ lister: any TaskLister) async throws -> AccountFacts {
        var facts = emptyFacts
        do {
            let groups = try await lister.taskGroups()
            facts.groups = groups
            facts.task = task
            if task == nil, let group = groups.first {
                facts.task = try await lister.tasks(inGroup: group.id).first?.id
            }
        } catch let error as APIError {
            facts.problem = Problem(account.explained(error))
            return facts
        }
        guard let task = facts.task else { return facts }
        do {
            try await look(at: task, pages, &facts)
        } catch let error as APIError {
            facts.taskProblem = Problem(error)
        }
        return facts
    }

    private func volumes(_ source: any VolumeSource) async throws -> [AccountFacts.Volumes] {
        guard account.dialect == .openAPI, let vault else { return [] }
        var found: [AccountFacts.Volumes] = []
        for task in counted {
            do {
                let counts = try await DayVolumes.of(task, source, in: vault, host: account.host, now: now())
                if let counts { found.append(.init(task: task.text, counts: counts)) }
            } catch let error as APIError {
                found.append(.init(task: task.text, problem: Problem(error)))
                return found
            }
        }
        return found
    }

    private func look(at task: String, _ pages: any PageSource, _ facts: inout AccountFacts) async throws {
        let before = now()
        let page = try await pages.page(.all(task: task), index: 1, size: 1)
        let after = now()
        facts.serverDate = page.serverDate
        facts.ourDate = before.addingTimeInterval(after.timeIntervalSince(before) / 2)
        // The API of today tells no storage time.
        guard page.total > 0, facts.clock.timeZone != nil, account.dialect == .dataExport else { return }
        let wall = facts.clock.storageTime(at: page.serverDate ?? after)
        func count(_ from: Int, _ to: Int) async throws -> Int {
            try await pages.page(
                .storageTime(task: task, from: wall.advanced(by: from), to: wall.advanced(by: to)), index: 1, size: 1
            ).total
        }
        // No zone is more than 26 hours ahead of another.
        let future = try await count(600, 27 * 3600)
        let lastHour = try await count(-3600, 600)
        let dayBefore = future == 0 && lastHour == 0 ? try await count(-25 * 3600, -3600) : 0
        facts.recent = .init(future: future, lastHour: lastHour, dayBefore: dayBefore)
    }
}
