import Catalog
import Jobs
import Vault

/// Whether the copies elsewhere hold what the vault holds.
struct CopiesCheck: DoctorCheck {
    let name = "copies"
    let copies: [CopyStatus]

    func findings() -> [Finding] { copies.map(finding) }

    private func finding(_ copy: CopyStatus) -> Finding {
        if let error = copy.firstError {
            return .error(
                .unavailable,
                "copy \(copy.remote): \(copy.behind.counted("snapshot")) behind, the last push failed: \(error)",
                "octovault copy push \(copy.remote)")
        }
        guard copy.behind == 0 else {
            return .warning("copy \(copy.sentence)", "octovault copy push \(copy.remote)")
        }
        return .ok("copy \(copy.sentence)")
    }
}

extension Installation {
    func copiesCheck(_ vault: SnapshotVault) throws -> CopiesCheck {
        let taskJobs = try jobs.map { set in
            try TaskJobs(set) { try vault.catalog.members(of: $0.name).filter { $0.goneAt == nil }.map(\.task) }
        }
        return CopiesCheck(copies: try CopyStatuses(vault: vault, jobs: taskJobs).all())
    }
}
