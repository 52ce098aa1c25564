import Archive
import ArgumentParser
import Operations

/// Which tasks of an account a command is about.
struct AccountTaskOptions: ParsableArguments {
    @Argument(help: "The tasks, each by its id, the beginning of its id, or its name.", completion: Completion.tasks)
    var tasks: [String] = []

    @Option(help: ArgumentHelp("The tasks of this group. May be given several times.", valueName: "id|name"))
    var group: [String] = []

    @Flag(help: "Every task of the account.")
    var all = false

    /// - Parameter isOffline: the account is asked for groups alone.
    func tasks(_ session: AccountSession, isOffline: Bool = false) async throws -> [TaskID] {
        try await session.tasks(named: tasks, groups: group, isAll: all, isOffline: isOffline)
    }
}
