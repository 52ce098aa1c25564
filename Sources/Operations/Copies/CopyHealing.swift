import Archive
import Vault

/// Brings back from a copy what was damaged here and set aside.
struct CopyHealing: Sendable {
    let vault: SnapshotVault
    let store: any CopyStore

    /// - Parameter plan: what was found damaged, and is set aside by now.
    /// - Returns: what was done, as sentences.
    /// - Throws: ``CopyError``, ``VaultError``, `CancellationError`.
    func run(_ plan: HealPlan) async throws -> [String] {
        let paths = Set(plan.steps.filter { [.quarantined, .takeAgain].contains($0.action) }.map(\.path)).sorted {
            $0.precedesInBytes($1)
        }
        guard !paths.isEmpty else { return [] }
        var done: [String] = []
        let staging = try PullStaging(vault: vault)
        defer { staging.remove() }
        var rest = paths[...]
        while !rest.isEmpty {
            try Task.checkCancellation()
            let batch = Array(rest.prefix(CopyPull.batchSize))
            rest = rest.dropFirst(batch.count)
            try staging.empty()
            try await store.get(batch, into: staging.path)
            let found = try staging.manifests(batch, copy: store.name)
            for failure in found.failures {
                done.append("left out of \(store.name): \(Problem(failure.error).message)")
            }
            guard !found.sound.isEmpty else { continue }
            try await store.get(found.sound.flatMap(\.archives).map(\.path), into: staging.path)
            let merged = try await VaultMerge(from: [staging.path], into: vault, isHealing: true).run()
            if merged.merged > 0 {
                done.append(
                    "\(merged.merged.counted("snapshot")), \(merged.rows.counted("row")), came back from \(store.name)")
            }
            for conflict in merged.conflicts { done.append("left in \(store.name): \(conflict.message)") }
        }
        return done
    }
}
