import Archive
import ArgumentParser
import Foundation
import Operations
import Vault

struct CopyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "copy",
        abstract: "Keep the vault's files elsewhere as well, check them there, and bring them back.",
        discussion: """
            A copy has the vault's layout. REMOTE is a folder, or what rclone calls a remote (b2:bucket/vault; S3, SFTP, \
            WebDAV and more, its crypt encrypts); rclone's settings and keys are its own, OCTOVAULT_RCLONE names another \
            program.
            """,
        subcommands: [CopyPushCommand.self, CopyCheckCommand.self, CopyPullCommand.self])
}

/// Which copy, and which tasks of it.
struct CopyOptions: ParsableArguments {
    @Argument(
        help: ArgumentHelp("The copy: a folder, or a remote of rclone.", valueName: "remote"),
        completion: .directory)
    var remote: String

    @Argument(help: "The tasks concerned. Without one, every task.", completion: Completion.tasks)
    var tasks: [String] = []

    func store() throws -> any CopyStore { try CopyStores().store(remote) }

    /// The tasks named, of the copy or of the vault; nil for all.
    func tasks(in store: any CopyStore, and vault: SnapshotVault?) async throws -> [TaskID]? {
        tasks.isEmpty ? nil : try await CopyTasks(of: store, and: vault).named(tasks)
    }
}
