import ArgumentParser
import Foundation
import Operations
import Vault

/// Which vault a command works on.
struct VaultOptions: ParsableArguments {
    @Option(
        name: .customLong("vault"),
        help: ArgumentHelp("The vault's folder (OCTOVAULT_VAULT; else 'vault').", valueName: "folder"),
        completion: .directory)
    var path: String?

    @Option(
        name: .customLong("catalog"),
        help: ArgumentHelp(
            "The file of the vault's index, elsewhere than in the vault (OCTOVAULT_CATALOG): for a vault on a file system "
                + "that several machines share.", valueName: "file"), completion: .file())
    var catalog: String?

    /// The index's file, from the option, else the environment; nil where it lies in the vault.
    var catalogFile: String? {
        if let catalog { return catalog }
        let variable = ProcessInfo.processInfo.environment["OCTOVAULT_CATALOG"] ?? ""
        return variable.isEmpty ? nil : variable
    }

    /// The folder, from the option, else the environment, else the default.
    var folder: String {
        if let path { return path }
        let variable = ProcessInfo.processInfo.environment["OCTOVAULT_VAULT"] ?? ""
        return variable.isEmpty ? "vault" : variable
    }

    /// - Returns: the vault, for the caller to close.
    func open(_ output: OutputOptions) throws -> SnapshotVault { try open(.existing, output) }

    /// - Parameter waitsForLocks: whether to wait a minute, and not only a moment, for what other processes hold for
    ///   moments.
    /// - Returns: the vault, for the caller to close.
    func open(
        _ access: SnapshotVault.Access, waitsForLocks: Bool = true, _ output: OutputOptions
    ) throws -> SnapshotVault {
        let tell: @Sendable (Notice) -> Void = { output.say("octovault: \($0.message)".printable) }
        let vault = try SnapshotVault.open(
            at: folder, access: access,
            configuration: VaultConfiguration(
                catalogPath: catalogFile, lockWait: waitsForLocks ? 60 : 0.5, report: tell))
        vault.notices.forEach(tell)
        return vault
    }
}
