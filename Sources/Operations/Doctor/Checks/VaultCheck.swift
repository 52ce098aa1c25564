import Vault

/// Whether the vault opens, and what opening it found.
struct VaultCheck: DoctorCheck {
    let name = "vault"
    let path: String
    let opened: Result<SnapshotVault, any Error>
    /// Whether there is something at the path.
    let exists: Bool

    func findings() -> [Finding] {
        switch opened {
        case .success(let vault):
            let notices = vault.notices.map { Finding.warning($0.message, nil) }
            return notices.isEmpty ? [.ok("\(vault.root) opens")] : notices
        case .failure(let error):
            guard exists else {
                return [
                    .warning(
                        "there is no vault at \(path) yet",
                        "the first backfill or run makes it; or name one with --vault")
                ]
            }
            return [.error(error)]
        }
    }
}
