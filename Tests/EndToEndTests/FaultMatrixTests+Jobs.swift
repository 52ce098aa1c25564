import Foundation
import Records
import Sandbox
import Snapshots
import StorageTime
import Synchronization
import TestSupport
import Testing

/// The same faults under the runs of a job: what is taken is also counted again and fetched again, while they are
/// played.
extension FaultMatrixTests {
    @Test(arguments: Sampling.some(5, of: FaultCase.all, draw: 1, unless: isChosen))
    func runsOfAJobHoldTheServersRowsWhateverFailedMeanwhile(fault: FaultCase) async throws {
        let cells = Self.cells(of: fault)
        let place = FaultCase.all.firstIndex(of: fault) ?? 0
        for (index, cell) in cells.enumerated() where Self.isFull || index == place % cells.count {
            try await Self.playJob(cell)
        }
    }

    static func playJob(_ cell: Cell) async throws {
        let configuration = SandboxConfiguration(tasks: [TaskSpecification(id: HardRows.task)], bounds: cell.convention)
        try await withSandbox(configuration) { baseURL, store in
            store.insert(task: HardRows.task, rows: HardRows.make(seed: seed, isWhole: isFull))
            let vault = try FaultedVault(baseURL: baseURL, store: store, idleTimeout: cell.fault.idleTimeout)
            try await checkJob(cell, vault)
        }
    }

    private static func checkJob(_ cell: Cell, _ vault: FaultedVault) async throws {
        var vault = vault
        let served = vault.store.rows(of: HardRows.task)
        let mayErr = cell.fault.mayErrAtEdges(cell.rhythm)
        vault.store.faults = cell.fault.plan(cell.rhythm, seed: cell.seed)
        // The second run finds what the first left, the third counts and fetches again.
        for (run, hours) in [0, 0, 1].enumerated() {
            let summary = try await vault.runJob(hours: hours)
            for failure in summary.failed {
                let code = code(of: failure.error)
                #expect(cell.fault.codes.contains(code), "\(cell), run \(run + 1): \(failure.error)")
            }
            if cell.fault.isHarmless(cell.rhythm) { #expect(summary.failed.isEmpty, "\(cell), run \(run + 1)") }
            try compare(cell, vault, served, "run \(run + 1)", mayErrAtEdges: mayErr)
        }
        let played = vault.store.statistics
        vault.store.faults = FaultPlan()
        vault.store.changePassword(to: "sandbox")
        vault.idleTimeout = FaultedVault.long
        let last = try await vault.runJob(hours: 2)
        #expect(last.failed.isEmpty && !last.isCutShort, "\(cell): \(last.failed)")
        #expect(try await vault.gaps() == [], "\(cell)")
        try compare(cell, vault, served, "the clean run", mayErrAtEdges: mayErr)
        // All that was due once has been fetched since: nothing is owed.
        let idle = try await vault.runJob(hours: 2)
        #expect(!idle.didSomething && idle.counted == 0, "\(cell): \(idle)")
        try await checkWhole(cell, vault, served)
        figures.withLock {
            $0.faults += played.faults.values.reduce(0, +)
            $0.requests += played.requestCount
        }
    }
}
