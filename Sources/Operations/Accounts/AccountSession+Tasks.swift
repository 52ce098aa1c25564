package import Archive
import Jobs
package import OctoparseAPI
import Vault

extension AccountSession {
    /// The tasks that a command is about: those that words stand for, those of groups, or all of the account's.
    ///
    /// A word is looked up in the vault, and in the account's list of tasks where it is no whole id there.
    ///
    /// - Parameters:
    ///   - groups: ids or names of task groups.
    ///   - isAll: all tasks of the account.
    ///   - isOffline: nothing is asked: a word that the vault does not know is taken for an id.
    ///   - isStrict: refuses a word that stands for none of the account's tasks; else it is taken for an id, which the
    ///     server then refuses, while the other tasks go on.
    /// - Throws: ``Problem`` with status `usage` for a word that stands for several tasks, or where no task is named;
    ///   `APIError` where groups cannot be listed.
    package func tasks(
        named words: [String], groups: [String] = [], isAll: Bool = false, isOffline: Bool = false,
        isStrict: Bool = false
    ) async throws -> [TaskID] {
        guard !words.isEmpty || !groups.isEmpty || isAll else {
            throw Problem.usage(
                "no task is named", hint: "name tasks, or groups with --group, or --all of the account's")
        }
        guard !isAll || words.isEmpty && groups.isEmpty else {
            throw Problem.usage("--all stands for every task", hint: "leave the tasks and --group out, or --all")
        }
        if groups.isEmpty, !isAll, let tasks = try vault?.heldTasks(withIDs: words) { return tasks }
        let known =
            try vault.map { try $0.directory(isFresh: false) }
            ?? TaskDirectory([TaskDirectory.Entry](), place: "the vault")
        let isListed = words.contains { !known.contains(id: $0) && !Self.isGUID($0) }
        guard isListed && !isOffline || !groups.isEmpty || isAll else {
            return try TaskID.distinct(words) { try known.find($0) ?? TaskID.parsed($0) }
        }
        return try await account.withClient(attempts: groups.isEmpty && !isAll ? 1 : nil, logger: logger) { client in
            var found = try await find(words, known, client, isOffline: isOffline, isStrict: isStrict)
            let wanted: [String?] = isAll ? [nil] : groups
            for group in wanted {
                found += try await TaskListing(client, group: group).entries.compactMap { try? TaskID($0.task.id) }
            }
            return TaskID.distinct(found)
        }
    }

    /// Runs `work`, which asks about one task, a request at a time, with a client of its own.
    ///
    /// - Throws: `APIError` for an account that no client can be made for; what `work` throws, and where the server
    ///   knows no such task, what the account has that is near to it.
    package func asking<Result>(
        of task: TaskID, _ work: (OctoparseClient) async throws -> Result
    ) async throws -> Result {
        try await account.withClient(inFlight: 1, logger: logger) { client in
            do {
                return try await work(client)
            } catch {
                throw await names.explained(error, task, account, client)
            }
        }
    }

    private func find(
        _ words: [String], _ known: TaskDirectory, _ client: OctoparseClient, isOffline: Bool, isStrict: Bool
    ) async throws -> [TaskID] {
        var found: [TaskID] = []
        for word in words {
            if known.contains(id: word) || Self.isGUID(word) || isOffline {
                found.append(try known.find(word) ?? TaskID.parsed(word))
            } else if let listed = await names.directory(of: account, client) {
                // A task of the account that was never backed up counts as much as those of the vault.
                let all = TaskDirectory(listed.entries + known.entries, place: "this account")
                let task = try all.find(word)
                let id = try task ?? TaskID.parsed(word)
                guard task != nil || !isStrict else { throw all.unknown(word) }
                found.append(id)
            } else {
                found.append(try TaskID.parsed(word))
            }
        }
        return found
    }

    private static func isGUID(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        return parts.map(\.count) == [8, 4, 4, 4, 12] && parts.joined().allSatisfy(\.isHexDigit)
    }
}
