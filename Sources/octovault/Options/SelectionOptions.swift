import Archive
import ArgumentParser
import Operations
import StorageTime
import Vault

/// Which snapshots of a vault a command is about.
struct SelectionOptions: ParsableArguments {
    @Argument(
        help: "The tasks concerned, each by its id, the beginning of it, or its name. Without one, every task.",
        completion: Completion.tasks)
    var tasks: [String] = []

    @Option(help: ArgumentHelp("Only windows that touch the range from here …", valueName: "time"))
    var from: String?

    @Option(help: ArgumentHelp("… to here, in storage time.", valueName: "time"))
    var to: String?

    /// The tasks named; nil for all.
    func tasks(in vault: SnapshotVault) throws -> [TaskID]? {
        tasks.isEmpty ? nil : try vault.tasks(named: tasks)
    }

    /// The range named; nil for all of time, captures included.
    func range() throws -> Window? { try Window.range(from: from, to: to) }
}
