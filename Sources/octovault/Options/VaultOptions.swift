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

    /// - Parameter creating: whether a vault that is not there is made.
    /// - Returns: the vault, for the caller to close.
    func open(creating: Bool = false, _ output: OutputOptions) throws -> SnapshotVault {
        let vault = try SnapshotVault.open(at: folder, access: creating ? .create : .existing)
        for notice in vault.notices { output.say("octovault: \(notice.message)".printable) }
        return vault
    }
}
