import ArgumentParser
import Foundation
import Operations
import Vault

/// Which vault a command works on.
struct VaultOptions: ParsableArguments {
    @Option(
        name: .customLong("vault"),
        help: ArgumentHelp("The vault's folder (OCTOVAULT_VAULT; else 'vault').", valueName: "folder"))
    var path: String?

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
            configuration: VaultConfiguration(lockWait: waitsForLocks ? 60 : 0.5, report: tell))
        vault.notices.forEach(tell)
        return vault
    }
}
